package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Ids;
import dev.sentinel.audit.PostingClients;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.kafka.KafkaBroker;
import dev.sentinel.audit.store.postgres.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server with the packaged plugin, and a real broker. */
final class KafkaIT {
    /** {@code -Ddestinations.kills=300} for a long run; every third one kills the broker, too, which takes its time. */
    private static final int KILLS = Integer.getInteger("destinations.kills", 3);

    private static final int EXACT_KILLS = 3;

    private static final Within WITHIN = Within.seconds(60);
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
                    WITHIN.until("it delivers", () -> next(current.get()) > before);
                    if (round % 3 == 2) {
                        broker.kill();
                    }
                    // The moments between two saves of the cursor differ.
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
                    current.get().kill();
                    if (round % 3 == 2) {
                        broker.restart();
                    }
                    current.set(server(broker));
                }
                acknowledged = clients.acknowledged();
            }
            try (ServerProcess last = current.get()) {
                List<String> stored = AgentRuns.walk(last, "/v1/events?limit=1000");
                WITHIN.until("all are delivered", () -> next(last) >= stored.size());

                Ids.assertContainsAll(stored, acknowledged);
                Ids.assertSame(read(broker), stored);
                assertThat(last.terminate()).isZero();
            }
        }
    }

    /** A reader of committed records needs no rule. */
    @Test
    void kill_exactlyOnceWhileDelivering_topicHasTheLogWithoutRepeats() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("kafka"))) {
            broker.makeTopic(TOPIC, 3, Map.of());
            AtomicReference<ServerProcess> current = new AtomicReference<>(exactlyOnce(broker));
            try (PostingClients clients =
                    new PostingClients(2, event -> current.get().client().post("application/json", event))) {
                for (int round = 0; round < EXACT_KILLS; round++) {
                    long before = next(current.get());
                    WITHIN.until("it delivers", () -> next(current.get()) > before);
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000));
                    current.get().kill();
                    current.set(exactlyOnce(broker));
                }
                assertThat(clients.acknowledged()).isNotEmpty();
            }
            try (ServerProcess last = current.get()) {
                List<String> stored = AgentRuns.walk(last, "/v1/events?limit=1000");
                WITHIN.until("all are delivered", () -> next(last) >= stored.size());

                WITHIN.until(
                        "a checkpoint is there",
                        () -> !ids(broker, "dev.sentinel.audit.checkpoint").isEmpty());
                assertThat(ids(broker, "dev.sentinel.audit.tool_call")).containsExactlyInAnyOrderElementsOf(stored);
            }
        }
    }

    private ServerProcess exactlyOnce(KafkaBroker broker) throws Exception {
        return server("data", broker, "&delivery=exactly-once&checkpoints=true", Map.of());
    }

    /** Of the records with this type. */
    private static List<String> ids(KafkaBroker broker, String type) {
        return broker.read(TOPIC).stream()
                .filter(each -> type.equals(
                        new String(each.headers().lastHeader("ce_type").value(), UTF_8)))
                .map(each -> new String(each.headers().lastHeader("ce_id").value(), UTF_8))
                .toList();
    }

    /**
     * The owner is frozen for longer than its lease, with records that it may have sent and not heard of, and comes
     * back while another server delivers.
     */
    @Test
    void freeze_ownerOnPostgres_cursorNeverGoesBackAndReadersHaveTheLog() throws Exception {
        String postgres = PostgresServer.shared().newSchema();
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("kafka"))) {
            broker.makeTopic(TOPIC, 3, Map.of());
            try (ServerProcess owner = server("a", broker, "", Map.of("DATABASE_URL", postgres))) {
                WITHIN.until("the first server delivers", () -> isDelivering(owner));
                try (ServerProcess other = server("b", broker, "", Map.of("DATABASE_URL", postgres))) {
                    Set<String> acknowledged;
                    try (PostingClients clients =
                            new PostingClients(2, event -> other.client().post("application/json", event))) {
                        WITHIN.until("it delivers", () -> next(other) > 100);
                        owner.freeze();
                        WITHIN.until("the other server delivers", () -> isDelivering(other));
                        assertNeverGoesBack(owner, other);
                        acknowledged = clients.acknowledged();
                    }
                    List<String> stored = AgentRuns.walk(other, "/v1/events?limit=1000");
                    WITHIN.until("all are delivered", () -> next(other) >= stored.size());

                    Ids.assertContainsAll(stored, acknowledged);
                    Ids.assertSame(read(broker), stored);
                }
            }
        }
    }

    /** Until the one that was frozen knows that it owns nothing, and some time after. */
    private static void assertNeverGoesBack(ServerProcess frozen, ServerProcess owner) throws Exception {
        long highest = next(owner);
        long enough = highest + 500;
        frozen.resume();
        long end = System.nanoTime() + WITHIN.time().toNanos();
        while (highest < enough || isDelivering(frozen)) {
            long now = next(owner);
            assertThat(now).as("the cursor").isGreaterThanOrEqualTo(highest);
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            highest = now;
        }
    }

    private static boolean isDelivering(ServerProcess server) {
        return server.client().getJson("/v1/destinations/lake").getBoolean("delivered_here");
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
                WITHIN.until("it is delivered", () -> next(server) > 0);

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
        return server("data", broker, "", Map.of());
    }

    private ServerProcess server(String data, KafkaBroker broker, String options, Map<String, String> more)
            throws Exception {
        Map<String, String> environment = new HashMap<>(more);
        environment.put(
                "PLUGINS_DIR", Path.of("target", "plugins").toAbsolutePath().toString());
        environment.put("DESTINATIONS", "lake");
        environment.put("DESTINATION_LAKE", "kafka://" + broker.address() + "/" + TOPIC + "?start=begin" + options);
        return ServerProcess.start(directory.resolve(data), environment);
    }

    private static long next(ServerProcess server) {
        return server.client().getJson("/v1/destinations/lake").getLong("next");
    }
}
