package dev.sentinel.audit.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.BusyWorkers;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small bodies that bring large answers. */
final class LargeAnswersTest {
    private static final String INVALID = "{\"event_id\":\"0f8fad5b-d9cb-469f-a165-70867728950e\"}";

    /** About 70 bytes bring 9,999 rejected events. */
    @Test
    void batch_manyRejected_namesEachAndExplainsTheFirstHundred(@TempDir Path directory) throws Exception {
        String body =
                "[" + SampleEvents.of(UUID.randomUUID()) + ("," + INVALID).repeat(300) + ",{}".repeat(9_699) + "]";
        try (RunningServer server = RunningServer.start(directory)) {
            HttpResponse<String> response = server.client()
                    .post(
                            HttpRequest.BodyPublishers.ofByteArray(gzip(body)),
                            "Content-Type",
                            "application/json",
                            "Content-Encoding",
                            "gzip");

            OpenApiContract.load().check("POST", "/v1/events", response);
            assertThat(response.statusCode()).isEqualTo(207);
            assertThat(response.body().length()).isLessThan(600_000);
            JsonArray rejected = new JsonObject(response.body()).getJsonArray("rejected");
            assertThat(rejected.size()).isEqualTo(9_999);
            for (int i = 0; i < rejected.size(); i++) {
                JsonObject one = rejected.getJsonObject(i);
                assertThat(one.getInteger("index")).isEqualTo(i + 1);
                assertThat(one.getInteger("status")).isEqualTo(422);
                assertThat(one.fieldNames()).contains("event_id");
                assertThat(one.containsKey("detail")).as("detail of " + i).isEqualTo(i < 100);
                assertThat(one.containsKey("errors")).isEqualTo(i < 100);
            }
            assertThat(rejected.getJsonObject(299).getString("event_id")).startsWith("0f8fad5b");
        }
    }

    /** Building the answer takes milliseconds, in which its event loop would answer nobody. */
    @Test
    void answer_manyRejected_isBuiltOnAWorker() {
        try (BusyWorkers workers = new BusyWorkers()) {
            assertThat(Answers.of(workers.vertx(), decode(100), List.of(), false)
                            .isComplete())
                    .isTrue();
            assertThat(Answers.of(workers.vertx(), decode(101), List.of(), false)
                            .isComplete())
                    .isFalse();
        }
    }

    private static DecodedBody decode(int events) {
        return new EventReader(10_000, RedactionRules.full(), secret -> {})
                .readJson(("[" + INVALID + ("," + INVALID).repeat(events - 1) + "]").getBytes(UTF_8), null);
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
