package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.kafka.KafkaBroker;
import dev.sentinel.audit.store.postgres.PostgresServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server reads topics of a real broker. */
final class KafkaFeedIT {
    /** {@code -Dkafka.kills=300} for a long run. */
    private static final int KILLS = Integer.getInteger("kafka.kills", 20);

    /** Between twenty events and the next. */
    private static final int PACE_MS = 20;

    private static final Within WITHIN = Within.seconds(60);

    @TempDir
    private static Path brokerDirectory;

    private static KafkaBroker broker;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(brokerDirectory);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void kill_whileReading_logHasEachEventOnce() throws Exception {
        String topic = topic("killed", 3);
        Random random = new Random(3);
        Set<String> sent = ConcurrentHashMap.newKeySet();
        AtomicBoolean ends = new AtomicBoolean();
        Thread producer = new Thread(() -> produce(topic, sent, ends));
        producer.start();
        for (int round = 0; round < KILLS; round++) {
            try (ServerProcess server = server(topic, "")) {
                long before = total(server);
                WITHIN.until("it reads", () -> total(server) > before);
                // The moments between an append and the commit of its offsets differ.
                TimeUnit.MILLISECONDS.sleep(random.nextInt(700));
                server.kill();
            }
        }
        ends.set(true);
        producer.join();
        try (ServerProcess server = server(topic, "")) {
            WITHIN.until("all are read", () -> total(server) >= sent.size());

            assertLog(server, sent);
            assertThat(server.terminate()).isZero();
        }
    }

    @Test
    void messages_ofEveryForm_areEventsSubmittedByTheTopic() throws Exception {
        String topic = topic("forms", 1);
        String id = UUID.randomUUID().toString();
        send(topic, Map.of(), event("one"));
        send(topic, Map.of(), "[" + event("array-1") + "," + event("array-2") + "]");
        send(topic, Map.of(), event("line-1") + "\n" + event("line-2") + "\n");
        send(topic, Map.of("content-type", "application/x-ndjson"), event("typed-1") + "\n" + event("typed-2"));
        send(
                topic,
                Map.of(
                        "content-type", "application/json",
                        "ce_specversion", "1.0",
                        "ce_id", id,
                        "ce_source", "urn:test",
                        "ce_type", "dev.sentinel.audit.event.v1"),
                event("cloud-binary"));
        send(
                topic,
                Map.of("content-type", "application/cloudevents+json; charset=UTF-8"),
                "{\"specversion\":\"1.0\",\"id\":\"x\",\"source\":\"urn:test\","
                        + "\"type\":\"dev.sentinel.audit.event.v1\",\"data\":" + event("cloud-structured") + "}");

        try (ServerProcess server = server(topic, "")) {
            WITHIN.until("all are read", () -> total(server) >= 9);

            JsonArray events = server.client().getJson("/v1/events?limit=100").getJsonArray("events");
            assertThat(events)
                    .extracting(each -> ((JsonObject) each).getString("resource"))
                    .containsExactlyInAnyOrder(
                            "one",
                            "array-1",
                            "array-2",
                            "line-1",
                            "line-2",
                            "typed-1",
                            "typed-2",
                            "cloud-binary",
                            "cloud-structured");
            assertThat(events)
                    .extracting(each -> ((JsonObject) each).getString("submitted_by"))
                    .containsOnly("kafka:" + topic);
            assertThat(broker.read(topic + ".dlq")).isEmpty();
        }
    }

    @Test
    void messages_thatCannotBeTaken_areDeadLettersWithTheReason() throws Exception {
        String topic = topic("refused", 1);
        String taken = event("taken");
        send(topic, Map.of(), "canary-not-json");
        send(topic, Map.of("content-type", "text/plain"), event("typed"));
        send(topic, Map.of(), "[" + event("good") + ",{\"agent_instance_id\":\"agent-1\"}]");
        send(topic, Map.of(), event("foreign").replace("agent-1", "other-1"));
        send(topic, Map.of(), taken);
        send(topic, Map.of(), taken.replace("\"taken\"", "\"changed\""));
        send(topic, Map.of("trace", "kept"), "");
        send(topic, Map.of(), event("sentinel.note"));

        try (ServerProcess server = server(topic, "&agent_prefix=agent-")) {
            WITHIN.until("all are read", () -> broker.read(topic + ".dlq").size() >= 7);

            List<String> reasons = broker.read(topic + ".dlq").stream()
                    .map(letter -> header(letter, "sentinel-offset") + " " + header(letter, "sentinel-error"))
                    .toList();
            assertThat(reasons).hasSize(7).noneMatch(reason -> reason.contains("canary"));
            assertThat(reasons.get(0)).startsWith("0 ");
            assertThat(reasons.get(1)).startsWith("1 ").contains("content type");
            assertThat(reasons.get(2)).startsWith("2 event 1: /");
            assertThat(reasons.get(3)).startsWith("3 event 0: ").contains("agent_prefix");
            assertThat(reasons.get(4)).startsWith("5 event 0: another event with its event_id is stored");
            assertThat(reasons.get(5)).startsWith("6 ");
            assertThat(reasons.get(6)).startsWith("7 event 0: /resource ").contains("reserved");
            ConsumerRecord<byte[], byte[]> last = broker.read(topic + ".dlq").get(5);
            assertThat(header(last, "trace")).isEqualTo("kept");
            assertThat(header(last, "sentinel-topic")).isEqualTo(topic);
            assertThat(broker.read(topic + ".dlq").get(0).value()).asString().isEqualTo("canary-not-json");
            assertThat(resources(server)).containsExactlyInAnyOrder("good", "taken");
        }
    }

    /** One of two servers is killed: the other one takes over its partitions. */
    @Test
    void kill_oneOfTwoServers_theOtherReadsItsPartitions() throws Exception {
        String topic = topic("shared", 4);
        String postgres = PostgresServer.shared().newSchema();
        Map<String, String> database = Map.of("DATABASE_URL", postgres);
        try (ServerProcess one = server(directory.resolve("one"), topic, "", database);
                ServerProcess two = server(directory.resolve("two"), topic, "", database)) {
            Set<String> sent = ConcurrentHashMap.newKeySet();
            AtomicBoolean ends = new AtomicBoolean();
            Thread producer = new Thread(() -> produce(topic, sent, ends));
            producer.start();
            WITHIN.until("they read", () -> total(two) > 200);
            one.kill();
            TimeUnit.SECONDS.sleep(1);
            ends.set(true);
            producer.join();

            // The broker waits some seconds for a sign of life.
            WITHIN.until("all are read", () -> total(two) >= sent.size());
            assertLog(two, sent);
        }
    }

    @Test
    void topic_missing_serverIsReadyAndReadsItWhenItIsMade() throws Exception {
        try (ServerProcess server = server("late", "")) {
            WITHIN.until("it says so", () -> output(server).contains("the topic late does not exist"));
            assertThat(server.client().get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(server.client().get("/metrics").body()).contains("sentinel_feed_failing 1.0");

            topic("late", 1);
            send("late", Map.of(), event("at-last"));

            WITHIN.until("it is read", () -> total(server) == 1);
            assertThat(server.client().get("/metrics").body()).contains("sentinel_feed_failing 0.0");
        }
    }

    /** A full bucket, and then as many a second as the limit says. */
    @Test
    void messages_aboveTheRateLimit_waitInTheTopic() throws Exception {
        String topic = topic("paced", 1);
        try (ServerProcess server = server(topic, "&rate_limit=20/second")) {
            long began = System.nanoTime();
            for (int i = 0; i < 80; i++) {
                send(topic, Map.of(), event("r"));
            }
            WITHIN.until("all are read", () -> total(server) == 80);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2_500));
            assertThat(broker.read(topic + ".dlq")).isEmpty();
            assertThat(server.client().get("/metrics").body())
                    .contains("sentinel_feed_messages_total{outcome=\"stored\"} 80.0")
                    .contains("sentinel_feed_messages_total{outcome=\"refused\"} 0.0");
        }
    }

    @Test
    void start_rateLimitThatIsNone_saysWhatWouldBe() throws Exception {
        ServerProcess.Refusal refusal = ServerProcess.refused(
                directory,
                Map.of(
                        "PLUGINS_DIR",
                        Path.of("target", "plugins").toAbsolutePath().toString(),
                        "KAFKA_IN",
                        "kafka://127.0.0.1:9092/events?rate_limit=fast"));

        assertThat(refusal.output()).contains("KAFKA_IN is not valid: rate_limit must be events per second");
    }

    @Test
    void start_withoutThePlugin_saysWhatIsMissing() throws Exception {
        ServerProcess.Refusal refusal =
                ServerProcess.refused(directory, Map.of("KAFKA_IN", "kafka://127.0.0.1:9092/events"));

        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.output()).contains("KAFKA_IN needs the plugin").doesNotContain("\tat ");
    }

    private static String topic(String name, int partitions) throws Exception {
        broker.makeTopic(name, partitions, Map.of());
        broker.makeTopic(name + ".dlq", 1, Map.of());
        return name;
    }

    private ServerProcess server(String topic, String options) throws Exception {
        return server(directory.resolve("data"), topic, options, Map.of());
    }

    private static ServerProcess server(Path data, String topic, String options, Map<String, String> more)
            throws Exception {
        Map<String, String> environment = new HashMap<>(more);
        environment.put(
                "PLUGINS_DIR", Path.of("target", "plugins").toAbsolutePath().toString());
        environment.put("KAFKA_IN", "kafka://" + broker.address() + "/" + topic + "?group=of-" + topic + options);
        return ServerProcess.start(data, environment);
    }

    /** Each event once, and no other. */
    private static void assertLog(ServerProcess server, Set<String> sent) throws Exception {
        List<String> stored = AgentRuns.walk(server, "/v1/events?limit=1000");
        assertThat(stored).hasSameSizeAs(sent);
        assertThat(new HashSet<>(stored)).isEqualTo(sent);
    }

    private static void produce(String topic, Set<String> sent, AtomicBoolean ends) {
        try (Producer<byte[], byte[]> producer = producer()) {
            while (!ends.get()) {
                Map<String, Future<RecordMetadata>> written = new HashMap<>();
                for (int i = 0; i < 20; i++) {
                    String id = UUID.randomUUID().toString();
                    byte[] key = ("agent-" + i).getBytes(UTF_8);
                    byte[] value = event(id, "r").getBytes(UTF_8);
                    written.put(id, producer.send(new ProducerRecord<>(topic, key, value)));
                }
                for (Map.Entry<String, Future<RecordMetadata>> each : written.entrySet()) {
                    each.getValue().get();
                    sent.add(each.getKey());
                }
                TimeUnit.MILLISECONDS.sleep(PACE_MS);
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void send(String topic, Map<String, String> headers, String value) throws Exception {
        try (Producer<byte[], byte[]> producer = producer()) {
            ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(topic, value.getBytes(UTF_8));
            headers.forEach((name, text) -> made.headers().add(name, text.getBytes(UTF_8)));
            producer.send(made).get();
        }
    }

    private static Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.address(), "metric.reporters", ""),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static String event(String resource) {
        return event(UUID.randomUUID().toString(), resource);
    }

    private static String event(String id, String resource) {
        return "{\"event_id\":\"" + id + "\",\"agent_instance_id\":\"agent-1\",\"trace_id\":\"t\",\"actor\":\"agent\","
                + "\"action_type\":\"tool_call\",\"resource\":\"" + resource + "\",\"status\":\"success\"}";
    }

    private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
        return new String(message.headers().lastHeader(name).value(), UTF_8);
    }

    private static List<String> resources(ServerProcess server) {
        return server.client().getJson("/v1/events?limit=100").getJsonArray("events").stream()
                .map(each -> ((JsonObject) each).getString("resource"))
                .toList();
    }

    private static long total(ServerProcess server) {
        return server.client().getJson("/v1/agents?limit=1000").getJsonArray("agents").stream()
                .mapToLong(each -> ((JsonObject) each).getLong("total"))
                .sum();
    }

    private static String output(ServerProcess server) {
        try {
            return server.output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
