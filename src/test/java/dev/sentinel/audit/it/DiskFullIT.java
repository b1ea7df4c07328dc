package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.Ids;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up and is freed again while the server keeps running. Needs the right to mount. */
@Timeout(120)
final class DiskFullIT {
    private static final String TEXT = "x".repeat(8_000);

    @TempDir
    private Path disk;

    private final Set<String> acknowledged = new HashSet<>();
    private final SeenCheckpoints checkpoints = new SeenCheckpoints();

    @BeforeEach
    void mount() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=4m", "sentinel-test", disk.toString()) == 0, "cannot mount");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "--lazy", disk.toString());
    }

    @Test
    void diskFull_isAnsweredAndRecoveredFrom() throws Exception {
        Map<String, String> environment = Map.of("MIN_FREE_BYTES", "0");
        try (ServerProcess server = ServerProcess.start(disk, environment)) {
            HttpResponse<String> refused = postUntilRefused(server);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(new JsonObject(refused.body()).getString("detail")).contains("unavailable");
            assertThat(refused.body()).as("no internals").doesNotContain("SQL", disk.toString());
            awaitReady(server, 503);
            assertThat(server.client().get("/health/live").statusCode()).isEqualTo(200);
            assertThat(run("mount", "-o", "remount,size=64m", disk.toString())).isZero();
            awaitReady(server, 200);
            assertThat(post(server).statusCode()).as("after space was freed").isEqualTo(201);
            assertStored(server);
            // The signer needs no help either: what it has signed before and since is one log.
            checkpoints.assertNoFork(server.client());
            assertThat(server.terminate()).isZero();
        }
        try (ServerProcess again = ServerProcess.start(disk, environment)) {
            assertStored(again);
            checkpoints.assertNoFork(again.client());
        }
    }

    private HttpResponse<String> postUntilRefused(ServerProcess server) {
        HttpResponse<String> response = post(server);
        while (response.statusCode() == 201) {
            checkpoints.look(server.client());
            response = post(server);
        }
        return response;
    }

    private HttpResponse<String> post(ServerProcess server) {
        UUID id = UUID.randomUUID();
        HttpResponse<String> response =
                server.client().post("application/json", SampleEvents.with(id, "{\"text\":\"" + TEXT + "\"}"));
        if (response.statusCode() == 201) {
            acknowledged.add(id.toString());
        }
        return response;
    }

    /** Every iteration waits for an answer of the server, so this polls without a pause. */
    private static void awaitReady(ServerProcess server, int status) {
        Within.seconds(30)
                .until(
                        "readiness becomes " + status,
                        () -> server.client().get("/health/ready").statusCode() == status);
    }

    private void assertStored(ServerProcess server) throws Exception {
        Ids.assertContainsAll(AgentRuns.walk(server, "/v1/events?limit=1000"), acknowledged);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
