package dev.sentinel.audit.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Recorded agent runs, and a server's answers about them. */
final class AgentRuns {
    static final int COUNT = 2_854;
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Path FILE = Path.of("src/test/resources/agent-runs.ndjson");

    private AgentRuns() {}

    static String ndjson() throws IOException {
        return Files.readString(FILE);
    }

    static List<String> lines() throws IOException {
        return Files.readAllLines(FILE);
    }

    /** The ids on all pages, in order. */
    static List<String> walk(ServerProcess server, String path) throws Exception {
        List<String> ids = new ArrayList<>();
        String next = null;
        do {
            String cursor = next == null ? "" : (path.contains("?") ? "&" : "?") + "cursor=" + next;
            JsonNode page = JSON.readTree(server.client().get(path + cursor).body());
            page.get("events").forEach(event -> ids.add(event.get("event_id").asText()));
            next = page.get("next_cursor").isNull()
                    ? null
                    : page.get("next_cursor").asText();
        } while (next != null);
        return ids;
    }

    /** All agents with their totals. */
    static JsonNode agents(ServerProcess server) throws Exception {
        return JSON.readTree(server.client().get("/v1/agents?limit=1000").body())
                .get("agents");
    }
}
