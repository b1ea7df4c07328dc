package dev.sentinel.audit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

import dev.sentinel.audit.Certificates;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import dev.sentinel.audit.forward.Settings;
import dev.sentinel.audit.forward.SignedCheckpoint;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records in a real broker. */
final class KafkaDestinationTest {
    private static final Map<String, String> SCRAM =
            Map.of("user", KafkaBroker.user(), "password", KafkaBroker.password());

    @TempDir
    private static Path directory;

    private static Vertx vertx;
    private static KafkaBroker broker;
    private static String authority;

    private final List<Destination> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        vertx = Vertx.vertx();
        Certificates certificates = new Certificates(directory);
        certificates.authority("ca");
        certificates.issue("broker", "ca", "subjectAltName=IP:127.0.0.1");
        authority = Files.readString(certificates.certificate("ca"));
        Path both = directory.resolve("broker-both.pem");
        Files.writeString(
                both,
                Files.readString(certificates.key("broker")) + Files.readString(certificates.certificate("broker")));
        broker = KafkaBroker.startSecure(directory.resolve("kafka"), both);
    }

    @AfterAll
    static void stop() {
        broker.close();
        vertx.close().await();
    }

    @AfterEach
    void close() {
        opened.forEach(destination -> destination.close().await());
    }

    @Test
    void deliver_events_areRecordsWithTheJsonOfTheApi() throws Exception {
        broker.makeTopic("events", 3, Map.of());
        Batch batch = SampleBatches.random(7, 41, 300);

        assertThat(deliver(plain("events"), batch)).isEqualTo(new Delivery.Done("300 records acknowledged"));

        List<ConsumerRecord<byte[], byte[]>> records = broker.read("events");
        assertThat(records)
                .extracting(each -> new String(each.value(), UTF_8))
                .containsExactlyInAnyOrderElementsOf(
                        batch.events().stream().map(EventWriter::toJson).toList());
    }

    /** cloudevents.io, kafka-protocol-binding 1.0.2, section 3.2. */
    @Test
    void deliver_event_hasTheHeadersOfCloudEventsAndTheKeyOfItsAgent() throws Exception {
        broker.makeTopic("headers", 1, Map.of());
        AuditEvent event = SampleBatches.event().build();

        Batch batch = SampleBatches.of(41, event);
        deliver(plain("headers"), batch);

        ConsumerRecord<byte[], byte[]> made = broker.read("headers").get(0);
        assertThat(made.key()).asString().isEqualTo("billing-agent-7");
        assertThat(headers(made))
                .isEqualTo(Map.ofEntries(
                        entry("content-type", "application/json"),
                        entry("ce_specversion", "1.0"),
                        entry("ce_id", event.eventId().toString()),
                        entry("ce_source", "urn:test"),
                        entry("ce_type", "dev.sentinel.audit.tool_call"),
                        entry("ce_time", "2026-11-02T08:05:13.886000Z"),
                        entry("ce_subject", "web_search"),
                        entry("ce_sequence", "0000000000000000041"),
                        entry("ce_partitionkey", "billing-agent-7"),
                        entry("seq", "41"),
                        entry(
                                "leaf_hash",
                                new Leaf().hash(batch.events().get(0)).hex())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"at-least-once", "exactly-once"})
    void checkpoint_signed_isARecordOfItsOwnTypeInEveryPartition(String delivery) throws Exception {
        String topic = "checkpoints-" + delivery;
        broker.makeTopic(topic, 3, Map.of());
        Destination destination =
                open("kafka://" + broker.address() + "/" + topic, Map.of("checkpoints", "true", "delivery", delivery));
        destination.resume().await();
        assertThat(destination.takesCheckpoints()).isTrue();
        assertThat(plain(topic).takesCheckpoints()).isFalse();

        destination.checkpoint(new SignedCheckpoint(41, "a note\n")).await();

        List<ConsumerRecord<byte[], byte[]>> records = broker.read(topic);
        assertThat(records).extracting(ConsumerRecord::partition).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(records).allSatisfy(made -> {
            assertThat(made.value()).asString().isEqualTo("a note\n");
            assertThat(headers(made))
                    .isEqualTo(Map.of(
                            "content-type",
                            "text/plain; charset=utf-8",
                            "ce_specversion",
                            "1.0",
                            "ce_id",
                            "checkpoint-41",
                            "ce_source",
                            "urn:test",
                            "ce_type",
                            "dev.sentinel.audit.checkpoint"));
        });
    }

    @Test
    void deliver_eventsOfManyAgents_keepsTheOrderOfEach() throws Exception {
        broker.makeTopic("order", 5, Map.of());
        Destination destination = plain("order");
        for (int from = 0; from < 3_000; from += 500) {
            deliver(destination, SampleBatches.random(from, from, 500));
        }

        Map<String, Long> highest = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> each : broker.read("order")) {
            long seq = Long.parseLong(headers(each).get("seq"));
            Long before = highest.put(new String(each.key(), UTF_8), seq);
            assertThat(seq).isGreaterThan(before == null ? -1 : before);
        }
    }

    @Test
    void deliver_unknownTopic_isDeniedAndMakesNone() throws Exception {
        assertThat(denial(() -> deliver(plain("nowhere"), SampleBatches.usual(0, 1))))
                .contains("the topic nowhere does not exist");
        assertThat(broker.topics()).doesNotContain("nowhere");
    }

    /** What is behind it would otherwise be in the topic before it, and readers drop what comes late. */
    @Test
    void deliver_eventLargerThanTheTopicTakes_isRefusedAndNothingIsWritten() throws Exception {
        broker.makeTopic("small", 1, Map.of("max.message.bytes", "2000"));
        Destination destination = plain("small");
        Batch usual = SampleBatches.usual(0, 2);
        StoredEvent large = SampleBatches.of(
                        2,
                        SampleBatches.event()
                                .metadata("{\"text\":\"" + "x".repeat(2_000) + "\"}")
                                .build())
                .events()
                .get(0);
        List<StoredEvent> events = new ArrayList<>(usual.events());
        events.add(large);
        events.addAll(SampleBatches.usual(3, 1).events());

        Delivery delivery = deliver(destination, new Batch(events, 0, 4));

        assertThat(delivery).isEqualTo(new Delivery.Refused(2, "larger than max.message.bytes of the topic: 2000"));
        assertThat(broker.read("small")).isEmpty();
        assertThat(deliver(destination, usual)).isInstanceOf(Delivery.Done.class);
    }

    @Test
    void deliver_withTlsAndScram_isTaken() throws Exception {
        broker.makeTopic("secure", 1, Map.of());

        deliver(secure("secure", SCRAM), SampleBatches.usual(0, 3));

        assertThat(broker.read("secure")).hasSize(3);
    }

    @Test
    void deliver_wrongPassword_isDeniedWithoutIt() throws Exception {
        broker.makeTopic("guarded", 1, Map.of());
        Destination destination =
                secure("guarded", Map.of("user", KafkaBroker.user(), "password", "canary-of-a-password"));

        assertThat(denial(() -> deliver(destination, SampleBatches.usual(0, 1))))
                .contains("Authentication failed")
                .doesNotContain("canary");
    }

    @Test
    void deliver_unknownAuthority_isDenied() throws Exception {
        Map<String, String> options = new HashMap<>(SCRAM);
        Destination destination = open("kafka+tls://" + broker.secureAddress() + "/secure", options);

        assertThat(denial(() -> deliver(destination, SampleBatches.usual(0, 1))))
                .contains("SslAuthenticationException");
    }

    @Test
    void deliver_noBroker_failsAndIsTriedAgain() {
        Destination destination = open("kafka://127.0.0.1:1/events", Map.of());

        assertThat(failure(() -> deliver(destination, SampleBatches.usual(0, 1)))
                        .kind())
                .isEqualTo(DeliveryException.Kind.TRANSIENT);
    }

    @Test
    void deliver_whenDone_completesOnTheContextOfItsCaller() throws Exception {
        broker.makeTopic("context", 1, Map.of());
        Destination destination = plain("context");
        Promise<Boolean> same = Promise.promise();
        Context context = vertx.getOrCreateContext();

        context.runOnContext(go -> destination
                .deliver(SampleBatches.usual(0, 1))
                .onComplete(done -> same.complete(Vertx.currentContext() == context)));

        assertThat(same.future().await()).isTrue();
    }

    @Test
    void test_topicThere_succeedsAndWritesNothing() throws Exception {
        broker.makeTopic("tested", 1, Map.of());

        plain("tested").test().await();

        assertThat(broker.read("tested")).isEmpty();
    }

    @Test
    void test_unknownTopic_isDenied() {
        assertThat(denial(() -> plain("untested").test().await())).contains("the topic untested does not exist");
    }

    /** A test that passes while deliveries fail is worse than none. */
    @ParameterizedTest
    @EnumSource(names = {"TRANSACTIONAL_ID", "GROUP"})
    void test_exactlyOnceWithoutTheRightTo_isDeniedAndThenNot(ResourceType resource) throws Exception {
        String topic = "rights-" + resource.name().toLowerCase(Locale.ROOT);
        broker.makeTopic(topic, 1, Map.of());
        String name = "sentinel-urn:test-lake";
        Map<String, String> options = new HashMap<>(SCRAM);
        options.put("delivery", "exactly-once");
        Destination destination = secure(topic, options);
        broker.allowOnly("somebody-else", resource, name);

        assertThat(denial(() -> destination.test().await())).contains("AuthorizationException");
        assertThat(denial(() -> destination.resume().await())).contains("AuthorizationException");

        broker.allowOnly(KafkaBroker.user(), resource, name);
        destination.test().await();
        assertThat(destination.resume().await()).isNull();
        assertThat(deliver(destination, SampleBatches.usual(0, 3))).isInstanceOf(Delivery.Done.class);
        destination.test().await();
    }

    /** An administrator who asks why nothing arrives opens the destination a second time. */
    @Test
    void test_whileADeliveryHangs_answersInTime() throws Exception {
        try (KafkaBroker frozen = KafkaBroker.start(directory.resolve("hanging"))) {
            frozen.makeTopic("events", 1, Map.of());
            String url = "kafka://" + frozen.address() + "/events";
            Destination delivering = open(url, Map.of());
            deliver(delivering, SampleBatches.usual(0, 1));
            frozen.freeze();
            Future<Delivery> delivery = delivering.deliver(SampleBatches.usual(1, 100));

            CompletableFuture<Void> test =
                    open(url, Map.of()).test().toCompletionStage().toCompletableFuture();

            assertThatThrownBy(() -> test.get(15, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(DeliveryException.class);
            assertThat(delivery.isComplete()).isFalse();
        }
    }

    @Test
    void close_whileABrokerIsFrozen_endsTheDelivery() throws Exception {
        try (KafkaBroker frozen = KafkaBroker.start(directory.resolve("frozen"))) {
            frozen.makeTopic("events", 1, Map.of());
            Destination destination = open("kafka://" + frozen.address() + "/events", Map.of());
            deliver(destination, SampleBatches.usual(0, 1));
            frozen.freeze();
            Future<Delivery> delivery = destination.deliver(SampleBatches.usual(1, 100));

            destination.close().await();

            assertThat(failure(delivery::await).kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
        }
    }

    private Destination plain(String topic) {
        return open("kafka://" + broker.address() + "/" + topic, Map.of());
    }

    private Destination secure(String topic, Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.put("ca", authority);
        return open("kafka+tls://" + broker.secureAddress() + "/" + topic, all);
    }

    private Destination open(String url, Map<String, String> options) {
        Destination destination = new KafkaType()
                .open(
                        new Settings(
                                "lake",
                                URI.create(url),
                                options,
                                (host, port) -> Future.succeededFuture(SocketAddress.inetSocketAddress(port, host)),
                                "urn:test",
                                "run"),
                        vertx);
        opened.add(destination);
        return destination;
    }

    private static Delivery deliver(Destination destination, Batch batch) {
        return destination.deliver(batch).await();
    }

    private static DeliveryException failure(Runnable delivery) {
        Throwable thrown = catchThrowable(delivery::run);
        assertThat(thrown).isInstanceOf(DeliveryException.class);
        return (DeliveryException) thrown;
    }

    private static String denial(Runnable delivery) {
        DeliveryException failure = failure(delivery);
        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
        return failure.getMessage();
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> made) {
        Map<String, String> headers = new HashMap<>();
        made.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return headers;
    }
}
