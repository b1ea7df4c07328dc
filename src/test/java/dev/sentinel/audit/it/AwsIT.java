package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Ids;
import dev.sentinel.audit.MarkdownDocument;
import dev.sentinel.audit.PostingClients;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.aws.FakeS3;
import dev.sentinel.audit.aws.LocalAws;
import dev.sentinel.audit.aws.StreamReader;
import dev.sentinel.audit.digest.Sha256;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The packaged server with the packaged plugin. */
final class AwsIT {
    private static final int KILLS = 1;
    private static final Within WITHIN = Within.seconds(60);
    private static final String EVENT = "{\"event_id\":\"0197f3a2-7c41-7e2b-9b55-3c8e6f1a2b10\","
            + "\"agent_instance_id\":\"a\",\"trace_id\":\"t\",\"actor\":\"agent\",\"action_type\":\"tool_call\","
            + "\"resource\":\"r\",\"status\":\"success\"}";

    @TempDir
    private Path directory;

    /** Objects may overlap after a kill, but their ranges have no gap, and no event is missing or changed. */
    @Test
    void kill_serverWhileItArchives_bucketHasTheLog() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (FakeS3 s3 = new FakeS3(vertx)) {
            Map<String, String> environment =
                    environment("s3://" + FakeS3.BUCKET, s3.endpoint(), "&path_style=true&every=1s");
            AtomicReference<ServerProcess> current = new AtomicReference<>(server(environment));
            Set<String> acknowledged;
            try (PostingClients clients =
                    new PostingClients(2, event -> current.get().client().post("application/json", event))) {
                for (int round = 0; round < KILLS; round++) {
                    int before = s3.objects.size();
                    WITHIN.until("it archives", () -> s3.objects.size() > before + 3);
                    current.get().kill();
                    current.set(server(environment));
                }
                acknowledged = clients.acknowledged();
            }
            try (ServerProcess last = current.get()) {
                List<String> stored = AgentRuns.walk(last, "/v1/events?limit=1000");
                WITHIN.until("all are delivered", () -> next(last) >= stored.size());

                Ids.assertContainsAll(stored, acknowledged);
                Ids.assertSame(archived(s3.objects), stored);
                assertThat(last.terminate()).isZero();
            }
        } finally {
            vertx.close().await();
        }
    }

    /** The ids of all events, of which each object has those of its range. */
    private static List<String> archived(Map<String, byte[]> objects) throws IOException {
        Map<Long, String> ids = new TreeMap<>();
        long end = 0;
        for (String key : objects.keySet().stream()
                .filter(each -> each.startsWith("_manifest/dt="))
                .sorted(Comparator.comparing(each -> each.substring(each.indexOf("events-"))))
                .toList()) {
            JsonObject line = new JsonObject(new String(objects.get(key), UTF_8));
            byte[] file = objects.get(line.getString("file"));
            assertThat(HexFormat.of().formatHex(Sha256.of(file))).isEqualTo(line.getString("sha256"));
            assertThat(line.getLong("from")).as("no gap").isLessThanOrEqualTo(end);
            end = Math.max(end, line.getLong("next"));
            for (String event : unzipped(file).lines().toList()) {
                JsonObject json = new JsonObject(event);
                String before = ids.put(json.getLong("seq"), json.getString("event_id"));
                assertThat(before).isIn(null, json.getString("event_id"));
            }
        }
        return new ArrayList<>(ids.values());
    }

    private static String unzipped(byte[] file) throws IOException {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(file))) {
            return new String(gzip.readAllBytes(), UTF_8);
        }
    }

    @Test
    void event_toAStreamOfKinesis_isThere() throws Exception {
        try (LocalAws kinesis = LocalAws.kinesis(directory.resolve("kinesis"), "events:1");
                KinesisClient client = kinesis.kinesisClient();
                ServerProcess server = server(environment("kinesis://events", kinesis.endpoint(), ""))) {
            server.client().post("application/json", EVENT);
            WITHIN.until("it is delivered", () -> next(server) > 0);

            assertThat(StreamReader.all(client, "events").get(0).data().asString(UTF_8))
                    .startsWith("{\"event_id\":\"0197f3a2-7c41-7e2b-9b55-3c8e6f1a2b10\"")
                    .endsWith("}\n");
            assertThat(server.client()
                            .postTo("/v1/destinations/lake/test", "application/json", "")
                            .body())
                    .contains("\"ok\":true");
        }
    }

    /** The function of the guide, twice with the same batch, as after a failure. */
    @Test
    void event_fromAStreamByTheFunctionOfTheGuide_isStoredOnce() throws Exception {
        MarkdownDocument guide = MarkdownDocument.all().stream()
                .filter(each -> each.path().endsWith("integrations.md"))
                .findFirst()
                .orElseThrow();
        String function = guide.tested("python").stream()
                .map(MarkdownDocument.Fence::code)
                .filter(code -> code.contains("def handler("))
                .findFirst()
                .orElseThrow();
        String broken = EVENT.replace("2b10", "2b11").replace("tool_call", "dance");
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"), Map.of())) {
            ProcessBuilder builder = new ProcessBuilder("python3", "-c", function + """
                    import sys
                    data = [base64.b64encode(each.encode()).decode() for each in sys.argv[1:]]
                    for _ in range(2):
                        handler({"Records": [{"kinesis": {"data": each}} for each in data]}, None)
                        handler({"Records": [{"kinesis": {"data": data[1]}}]}, None)
                    """, EVENT, broken);
            builder.environment()
                    .put("SENTINEL_URL", "http://127.0.0.1:" + server.client().port());
            Process python = builder.redirectErrorStream(true).start();
            String output = new String(python.getInputStream().readAllBytes(), UTF_8);

            assertThat(python.waitFor()).as(output).isZero();
            assertThat(output.lines()).hasSize(4).allMatch(line -> line.contains("\"status\": 422"));
            assertThat(AgentRuns.walk(server, "/v1/agents/a/events?limit=10")).hasSize(1);
        }
    }

    private static Map<String, String> environment(String url, String endpoint, String options) {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "PLUGINS_DIR", Path.of("target", "plugins").toAbsolutePath().toString());
        environment.put("DESTINATIONS", "lake");
        environment.put(
                "DESTINATION_LAKE",
                url + "?start=begin&region=" + LocalAws.REGION + "&endpoint=" + URLEncoder.encode(endpoint, UTF_8)
                        + options);
        // Where the SDK looks for credentials by itself.
        environment.put("AWS_ACCESS_KEY_ID", LocalAws.USER.get("access_key"));
        environment.put("AWS_SECRET_ACCESS_KEY", LocalAws.USER.get("secret_key"));
        return environment;
    }

    private ServerProcess server(Map<String, String> environment) throws Exception {
        return ServerProcess.start(directory.resolve("data"), environment);
    }

    private static long next(ServerProcess server) {
        return server.client().getJson("/v1/destinations/lake").getLong("next");
    }
}
