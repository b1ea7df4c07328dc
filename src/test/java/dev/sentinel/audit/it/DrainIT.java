package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM under load: a request in flight is answered, or its event is not stored. */
@Timeout(120)
final class DrainIT {
    private static final int CONNECTIONS = 64;
    private static final int ENOUGH = 500;

    @TempDir
    private Path directory;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    @RepeatedTest(3)
    void terminate_underLoad_storesExactlyWhatWasAnswered() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            CountDownLatch loaded = new CountDownLatch(ENOUGH);
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.execute(() -> postUntilTheEnd(server, loaded));
            }
            assertThat(loaded.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(server.terminate()).as("exit code").isZero();
            assertThat(server.output()).doesNotContain("Exception");
        } finally {
            clients.shutdown();
        }
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        try (ServerProcess again = ServerProcess.start(directory, Map.of())) {
            assertThat(new HashSet<>(AgentRuns.walk(again, "/v1/events?limit=1000")))
                    .isEqualTo(acknowledged);
        }
    }

    private void postUntilTheEnd(ServerProcess server, CountDownLatch loaded) {
        try {
            while (true) {
                UUID id = UUID.randomUUID();
                HttpResponse<String> response = server.client().post("application/json", SampleEvents.of(id));
                if (response.statusCode() != 201) {
                    return;
                }
                acknowledged.add(id.toString());
                loaded.countDown();
            }
        } catch (UncheckedIOException ended) {
            // Was not answered, so it must not be stored.
        }
    }
}
