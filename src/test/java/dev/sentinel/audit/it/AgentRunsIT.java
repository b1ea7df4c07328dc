package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sentinel.audit.ServerProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real agent runs through the packaged server. */
final class AgentRunsIT {
    private static final int CLIENTS = 32;

    @TempDir
    private Path directory;

    @Test
    void batch_postedTwice_isStoredOnce() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            HttpResponse<String> first = server.client().post("application/x-ndjson", AgentRuns.ndjson());
            HttpResponse<String> second = server.client().post("application/x-ndjson", AgentRuns.ndjson());

            assertThat(first.body()).isEqualTo("{\"captured\":2854,\"duplicate\":0,\"rejected\":[]}");
            assertThat(second.body()).isEqualTo("{\"captured\":0,\"duplicate\":2854,\"rejected\":[]}");
            assertThat(AgentRuns.walk(server, "/v1/events?limit=1000"))
                    .hasSize(AgentRuns.COUNT)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void lines_postedByParallelClients_giveTheResultOfTheBatch() throws Exception {
        try (ServerProcess batch = ServerProcess.start(directory.resolve("batch"), Map.of());
                ServerProcess single = ServerProcess.start(directory.resolve("single"), Map.of())) {
            batch.client().post("application/x-ndjson", AgentRuns.ndjson());
            postInParallel(single, AgentRuns.lines());

            assertThat(AgentRuns.agents(single)).isEqualTo(AgentRuns.agents(batch));
            for (JsonNode agent : AgentRuns.agents(batch)) {
                String path = "/v1/agents/" + agent.get("agent_instance_id").asText() + "/events?limit=100";
                // Events of one agent have different timestamps, so their order does not depend on their arrival.
                assertThat(AgentRuns.walk(single, path)).isEqualTo(AgentRuns.walk(batch, path));
            }
        }
    }

    @Test
    void terminate_afterLoad_exitsZeroAndKeepsAll() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.client().post("application/x-ndjson", AgentRuns.ndjson());

            assertThat(server.terminate()).isZero();
        }
        try (ServerProcess again = ServerProcess.start(directory, Map.of())) {
            Map<String, Integer> totals = new HashMap<>();
            AgentRuns.agents(again)
                    .forEach(agent -> totals.put(
                            agent.get("agent_instance_id").asText(),
                            agent.get("total").asInt()));
            assertThat(totals.values().stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(AgentRuns.COUNT);
        }
    }

    private static void postInParallel(ServerProcess server, List<String> lines) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (String line : lines) {
                answers.add(clients.submit(
                        () -> server.client().post("application/json", line).statusCode()));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(201);
            }
        } finally {
            clients.shutdownNow();
        }
    }
}
