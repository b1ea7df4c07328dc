package dev.sentinel.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No disk of a test has a million gibibytes of free space. */
final class DiskSpaceTest {
    @Test
    void disk_almostFull_refusesEventsAndAnswersQueries(@TempDir Path directory) {
        try (RunningServer server = RunningServer.start(directory, Map.of("MIN_FREE_BYTES", "1000000GiB"))) {
            HttpResponse<String> refused = server.client().post("application/json", SampleEvents.any());

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("MIN_FREE_BYTES").contains("No event of this request was stored");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(server.store().status().committed()).isZero();
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(200);
            assertThat(server.client().get("/health/ready").statusCode()).isEqualTo(503);
        }
    }
}
