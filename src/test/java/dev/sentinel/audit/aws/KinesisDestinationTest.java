package dev.sentinel.audit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Against a local Kinesis, one stream for each test. */
final class KinesisDestinationTest {
    private static final String STREAMS = "events:4,order:4,keys:1,tested:1,context:1";

    private static final Vertx VERTX = Vertx.vertx();
    private static LocalAws server;
    private static String missing = "";
    private static KinesisClient client;

    private final List<Destination> opened = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        try {
            server = LocalAws.kinesis(directory, STREAMS);
            client = server.kinesisClient();
        } catch (TestAbortedException e) {
            missing = e.getMessage();
        }
    }

    /** Here, so that each test counts as skipped. */
    @BeforeEach
    void abortWithoutServer() {
        assumeTrue(missing.isEmpty(), missing);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            client.close();
            server.close();
        }
        VERTX.close().await();
    }

    @AfterEach
    void close() {
        opened.forEach(destination -> destination.close().await());
    }

    @Test
    void deliver_events_areRecordsWithTheJsonOfTheApiAndALineFeed() {
        Batch batch = SampleBatches.random(7, 41, 100);

        assertThat(open("events").deliver(batch).await()).isEqualTo(new Delivery.Done("100 records acknowledged"));

        assertThat(StreamReader.all(client, "events"))
                .extracting(StreamReader::text)
                .containsExactlyInAnyOrderElementsOf(batch.events().stream()
                        .map(event -> EventWriter.toJson(event) + "\n")
                        .toList());
    }

    @Test
    void deliver_eventsOfManyAgents_hasEachAgentInOneShardAndInOrder() {
        Destination destination = open("order");
        for (int from = 0; from < 160; from += 80) {
            destination.deliver(SampleBatches.ofAgents(from, 80, 20)).await();
        }

        List<String> agents = new ArrayList<>();
        StreamReader.byShard(client, "order").values().forEach(records -> {
            Map<String, List<Long>> positions = StreamReader.positions(records);
            agents.addAll(positions.keySet());
            assertThat(positions.values()).allSatisfy(each -> assertThat(each).isSorted());
        });
        assertThat(agents).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void deliver_agentWithAnIdOfLongCharacters_hasAKeyThatKinesisTakes() {
        String agent = "\uD83D\uDE80".repeat(255);

        open("keys")
                .deliver(SampleBatches.of(
                        0, SampleBatches.event().agentInstanceId(agent).build()))
                .await();

        Record made = StreamReader.all(client, "keys").get(0);
        assertThat(made.partitionKey()).matches("[0-9a-f]{64}");
        assertThat(StreamReader.text(made)).contains(agent);
    }

    @Test
    void deliver_eventLargerThanARecord_isRefusedAndNothingIsWritten() {
        Batch small = SampleBatches.usual(0, 2);
        List<StoredEvent> events = new ArrayList<>(small.events());
        events.addAll(sized((1 << 20) + 1).events());

        assertThat(open("tested").deliver(new Batch(events, 0, 3)).await())
                .isEqualTo(new Delivery.Refused(2, "larger than Kinesis takes: 1048576 bytes"));
        assertThat(StreamReader.all(client, "tested")).isEmpty();
    }

    /** An event whose record has as many bytes. */
    private static Batch sized(int bytes) {
        int without =
                KinesisRecords.bytes(KinesisRecords.of(withText(0).events().get(0)));
        return withText(bytes - without);
    }

    private static Batch withText(int length) {
        return SampleBatches.of(
                2,
                SampleBatches.event()
                        .metadata("{\"text\":\"" + "x".repeat(length) + "\"}")
                        .build());
    }

    @Test
    void deliver_unknownStream_isDeniedAndMakesNone() {
        assertThat(Opened.denial(open("nowhere").deliver(SampleBatches.usual(0, 1))))
                .contains("the stream nowhere does not exist");
        assertThat(client.listStreams().streamNames()).doesNotContain("nowhere");
    }

    @Test
    void deliver_noServer_failsAndIsTriedAgain() {
        Destination destination = open("events", "http://127.0.0.1:1", Map.of());

        assertThat(Opened.outage(destination.deliver(SampleBatches.usual(0, 1))))
                .contains("Connection refused");
    }

    @Test
    void deliver_whenDone_completesOnTheContextOfItsCaller() {
        Destination destination = open("context");
        Promise<Boolean> same = Promise.promise();
        Context context = VERTX.getOrCreateContext();

        context.runOnContext(go -> destination
                .deliver(SampleBatches.usual(0, 1))
                .onComplete(done -> same.complete(Vertx.currentContext() == context)));

        assertThat(same.future().await()).isTrue();
    }

    @Test
    void test_streamThere_succeedsAndWritesNothing() {
        open("tested").test().await();

        assertThat(StreamReader.all(client, "tested")).isEmpty();
    }

    @Test
    void test_unknownStream_isDenied() {
        assertThat(Opened.denial(open("untested").test())).contains("the stream untested does not exist");
    }

    @Test
    void open_settingsThatMakeNoSense_areRefused() {
        assertRefused("kinesis://events", Map.of("ordering", "none"), "ordering must be batch or strict");
        assertRefused("kinesis://events/path", Map.of(), "no path");
        assertRefused("kinesis:events", Map.of(), "must name a stream");
        assertRefused("kinesis://events", Map.of("region", "Frankfurt!"), "region");
        assertRefused("kinesis://events", Map.of("secret_key", ""), "given together");
        assertRefused("kinesis://events", Map.of("endpoint", "ftp://host"), "endpoint");
        assertRefused("kinesis://events", Map.of("ca", "none"), "ca must be");
    }

    private static void assertRefused(String url, Map<String, String> options, String why) {
        assertThatThrownBy(() -> Opened.at(new KinesisType(), VERTX, url, "http://127.0.0.1:1", options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private Destination open(String stream) {
        return open(stream, server.endpoint(), Map.of());
    }

    private Destination open(String stream, String endpoint, Map<String, String> options) {
        Destination destination = Opened.at(new KinesisType(), VERTX, "kinesis://" + stream, endpoint, options);
        opened.add(destination);
        return destination;
    }
}
