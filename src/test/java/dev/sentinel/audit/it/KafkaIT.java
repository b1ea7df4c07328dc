package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Ids;
import dev.sentinel.audit.PostingClients;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.kafka.KafkaBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server with the packaged plugin, and a real broker. */
final class KafkaIT {
    private static final int KILLS = 5;
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String TOPIC = "events";

    @TempDir
    private Path directory;

    private final Random random = new Random(5);

    /** A reader that knows only the rule of the guide has each event of the log once, in the order of its agent. */
    @Test
    void kill_serversAndBrokerWhileDelivering_readersHaveTheLog() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("kafka"))) {
            broker.makeTopic(TOPIC, 3, Map.of());
            AtomicReference<ServerProcess> current = new AtomicReference<>(server(broker));
            Set<String> acknowledged;
            try (PostingClients clients =
                    new PostingClients(4, event -> current.get().client().post("application/json", event))) {
                for (int round = 0; round < KILLS; round++) {
                    long before = next(current.get());
                    until("it delivers", () -> next(current.get()) > before);
                    if (round == 2) {
                        broker.kill();
                    }
                    // The moments between two saves of the cursor differ.
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
                    current.get().kill();
                    if (round == 2) {
                        broker.restart();
                    }
                    current.set(server(broker));
                }
                acknowledged = clients.acknowledged();
            }
            try (ServerProcess last = current.get()) {
                List<String> stored = AgentRuns.walk(last, "/v1/events?limit=1000");
                until("all are delivered", () -> next(last) >= stored.size());

                Ids.assertContainsAll(stored, acknowledged);
                Ids.assertSame(read(broker), stored);
                assertThat(last.terminate()).isZero();
            }
        }
    }

    /** What another client of Kafka reads, which shares no code with ours. */
    @Test
    @EnabledIf("isKcatInstalled")
    void event_readByKcat_hasItsJsonAndHeaders() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("kafka"))) {
            broker.makeTopic(TOPIC, 1, Map.of());
            try (ServerProcess server = server(broker)) {
                server.client()
                        .post(
                                "application/json",
                                "{\"event_id\":\"0197f3a2-7c41-7e2b-9b55-3c8e6f1a2b10\",\"agent_instance_id\":\"a\","
                                        + "\"trace_id\":\"t\",\"actor\":\"agent\",\"action_type\":\"tool_call\","
                                        + "\"resource\":\"r\",\"status\":\"success\"}");
                until("it is delivered", () -> next(server) > 0);

                assertThat(kcat(broker))
                        .contains("key=a ")
                        .contains("ce_id=0197f3a2-7c41-7e2b-9b55-3c8e6f1a2b10")
                        .contains("seq=0")
                        .contains("value={\"event_id\":\"0197f3a2-7c41-7e2b-9b55-3c8e6f1a2b10\"");
            }
        }
    }

    @Test
    void start_withoutThePlugin_saysWhatIsMissing() throws Exception {
        ServerProcess.Refusal refusal = ServerProcess.refused(
                directory, Map.of("DESTINATIONS", "lake", "DESTINATION_LAKE", "kafka://127.0.0.1:9092/events"));

        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.output())
                .contains("DESTINATION_LAKE is not valid: a destination kafka: needs the plugin kafka")
                .contains("PLUGINS_DIR")
                .doesNotContain("\tat ");
    }

    static boolean isKcatInstalled() throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v kcat")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static String kcat(KafkaBroker broker) throws IOException, InterruptedException {
        Process kcat = new ProcessBuilder(
                        "kcat",
                        "-C",
                        "-b",
                        broker.address(),
                        "-t",
                        TOPIC,
                        "-o",
                        "beginning",
                        "-e",
                        "-q",
                        "-f",
                        "key=%k headers=%h value=%s\n")
                .start();
        String text = new String(kcat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kcat.waitFor()).isZero();
        return text;
    }

    /** The ids in the order of the topic, by the rule of the guide. */
    private static List<String> read(KafkaBroker broker) {
        Map<Integer, Long> highest = new HashMap<>();
        List<String> ids = new ArrayList<>();
        broker.read(TOPIC).forEach(each -> {
            long seq =
                    Long.parseLong(new String(each.headers().lastHeader("seq").value(), UTF_8));
            if (seq > highest.getOrDefault(each.partition(), -1L)) {
                highest.put(each.partition(), seq);
                ids.add(new String(each.headers().lastHeader("ce_id").value(), UTF_8));
            }
        });
        return ids;
    }

    private ServerProcess server(KafkaBroker broker) throws Exception {
        return ServerProcess.start(
                directory.resolve("data"),
                Map.of(
                        "PLUGINS_DIR",
                        Path.of("target", "plugins").toAbsolutePath().toString(),
                        "DESTINATIONS",
                        "lake",
                        "DESTINATION_LAKE",
                        "kafka://" + broker.address() + "/" + TOPIC + "?start=begin"));
    }

    private static long next(ServerProcess server) {
        return server.client().getJson("/v1/destinations/lake").getLong("next");
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + WITHIN.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time: %s", what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
