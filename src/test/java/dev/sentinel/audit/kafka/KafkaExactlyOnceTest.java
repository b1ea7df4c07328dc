package dev.sentinel.audit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.LastDelivered;
import dev.sentinel.audit.forward.SampleBatches;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destinations that keep their position in the topic, against a real broker. */
final class KafkaExactlyOnceTest {
    private static final int EVENTS = 20_000;
    private static final int BATCH = 500;

    @TempDir
    private static Path directory;

    private static Vertx vertx;
    private static KafkaBroker broker;

    private final List<Destination> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        broker = KafkaBroker.start(directory);
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

    /** Each owner ends at any moment, with a batch under way, and the next one asks the topic where it is. */
    @Test
    void resume_ownersThatEndAtAnyTime_topicHasEachEventOnce() throws Exception {
        broker.makeTopic("once", 3, Map.of());
        Random random = new Random(5);
        long next = 0;
        int owners = 0;
        while (next < EVENTS) {
            Destination owner = open("once");
            next = next(owner);
            owners++;
            for (int left = random.nextInt(8); next < EVENTS && left > 0; left--) {
                owner.deliver(batch(next)).await();
                next += BATCH;
            }
            if (next < EVENTS) {
                Future<Delivery> underWay = owner.deliver(batch(next));
                if (random.nextBoolean()) {
                    underWay.otherwiseEmpty().await();
                }
                owner.close().await();
                underWay.otherwiseEmpty().await();
            }
        }

        assertThat(owners).isGreaterThan(3);
        assertThat(seqs("once")).isEqualTo(LongStream.range(0, EVENTS).boxed().toList());
    }

    /** A server that was frozen while another one took over. */
    @Test
    void deliver_afterAnotherOwnerResumed_failsAndWritesNothing() throws Exception {
        broker.makeTopic("fenced", 1, Map.of());
        Destination frozen = open("fenced");
        frozen.resume().await();
        frozen.deliver(batch(0)).await();
        Destination owner = open("fenced");

        assertThat(owner.resume().await().seq()).isEqualTo(BATCH - 1);
        assertThatThrownBy(() -> frozen.deliver(batch(BATCH)).await())
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT));

        owner.deliver(batch(BATCH)).await();
        assertThat(seqs("fenced"))
                .isEqualTo(LongStream.range(0, 2L * BATCH).boxed().toList());
    }

    @Test
    void resume_nothingDelivered_saysNothing() throws Exception {
        broker.makeTopic("empty", 1, Map.of());

        assertThat(open("empty").resume().await()).isNull();
    }

    /** A tool that sets offsets does not know the event there. */
    @Test
    void resume_anotherProgramSetThePosition_saysSo() throws Exception {
        broker.makeTopic("moved", 1, Map.of());
        Destination owner = open("moved");
        owner.resume().await();
        owner.deliver(batch(0)).await();
        owner.close().await();

        broker.setOffset("sentinel-urn:test-lake-moved", "moved", 7);

        assertThatThrownBy(() -> open("moved").resume().await())
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("another program has set the position of the group");
    }

    /** A replay sends again what is there, and does not stop the live delivery. */
    @Test
    void deliver_withoutResume_repeatsAndFencesNobody() throws Exception {
        broker.makeTopic("replayed", 1, Map.of());
        Destination live = open("replayed");
        live.resume().await();
        Batch batch = batch(0);
        live.deliver(batch).await();

        open("replayed").deliver(batch).await();

        live.deliver(batch(BATCH)).await();
        assertThat(seqs("replayed")).hasSize(3 * BATCH);
        assertThat(new HashSet<>(seqs("replayed"))).hasSize(2 * BATCH);
    }

    @Test
    void open_deliveryThatIsNone_isRefused() {
        assertThatThrownBy(() -> open("events", Map.of("delivery", "at-most-once")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("delivery must be one of at-least-once, exactly-once");
    }

    private static long next(Destination owner) {
        LastDelivered last = owner.resume().await();
        return last == null ? 0 : last.seq() + 1;
    }

    private static Batch batch(long from) {
        return SampleBatches.ofAgents(from, BATCH, 12);
    }

    /** As readers of committed records see them, sorted. */
    private static List<Long> seqs(String topic) {
        return broker.read(topic).stream()
                .map(each -> Long.parseLong(
                        new String(each.headers().lastHeader("seq").value(), UTF_8)))
                .sorted()
                .toList();
    }

    private Destination open(String topic) {
        return open(topic, Map.of("delivery", "exactly-once"));
    }

    private Destination open(String topic, Map<String, String> options) {
        Destination destination = new KafkaType()
                .open(
                        new Settings(
                                "lake-" + topic,
                                URI.create("kafka://" + broker.address() + "/" + topic),
                                options,
                                (host, port) -> Future.succeededFuture(SocketAddress.inetSocketAddress(port, host)),
                                "urn:test",
                                "run"),
                        vertx);
        opened.add(destination);
        return destination;
    }
}
