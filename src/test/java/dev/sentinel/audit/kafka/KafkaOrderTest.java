package dev.sentinel.audit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rule for readers: of each partition, drop a record whose position is not above the highest seen. It must never
 * drop an event that was not seen before, whatever happened to the broker and to the sender.
 */
final class KafkaOrderTest {
    private static final int EVENTS = 70_000;
    private static final int PARTITIONS = 3;
    private static final int BATCH = 1_000;
    private static final int SET_BACK = 30_000;
    private static final long GIVEN_UP_MS = 3_000;

    @TempDir
    private Path directory;

    @Test
    void readersRule_brokerFrozenTwiceAndKilled_senderSetBack_dropsNoNewRecord() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            broker.makeTopic("events", PARTITIONS, Map.of());
            Destination destination = open(vertx, broker);
            for (int from = 0; from < EVENTS; from += BATCH) {
                if (from == 20_000 || from == 45_000) {
                    destination = giveUpWhileFrozen(vertx, broker, destination, from);
                }
                if (from == 55_000) {
                    broker.kill();
                    broker.restart();
                }
                deliverAtLast(destination, from);
            }
            // Another server that takes over, with an older cursor.
            destination.close().await();
            destination = open(vertx, broker);
            for (int from = EVENTS - SET_BACK; from < EVENTS; from += BATCH) {
                deliverAtLast(destination, from);
            }
            destination.close().await();

            assertRule(broker.read("events"));
        } finally {
            vertx.close().await();
        }
    }

    /** As the engine does: it ends a delivery that hangs, and opens the destination again. */
    private static Destination giveUpWhileFrozen(Vertx vertx, KafkaBroker broker, Destination destination, int from)
            throws Exception {
        broker.freeze();
        Future<Delivery> hanging = destination.deliver(batch(from));
        try {
            hanging.await(GIVEN_UP_MS, TimeUnit.MILLISECONDS);
            throw new AssertionError("a frozen broker has acknowledged");
        } catch (TimeoutException expected) {
            destination.close().await();
        }
        broker.resume();
        return open(vertx, broker);
    }

    /** As the engine does: the same batch again after a failure that passes. */
    private static void deliverAtLast(Destination destination, int from) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            Future<Delivery> delivery = destination.deliver(batch(from)).recover(cause -> Future.succeededFuture());
            if (delivery.await() instanceof Delivery.Done) {
                return;
            }
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
        }
    }

    private static void assertRule(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<Integer, Long> highest = new HashMap<>();
        Set<Long> seen = new HashSet<>();
        List<Long> lost = new ArrayList<>();
        int repeats = 0;
        for (ConsumerRecord<byte[], byte[]> each : records) {
            long seq =
                    Long.parseLong(new String(each.headers().lastHeader("seq").value(), UTF_8));
            if (seq > highest.getOrDefault(each.partition(), -1L)) {
                highest.put(each.partition(), seq);
                seen.add(seq);
            } else if (seen.contains(seq)) {
                repeats++;
            } else {
                lost.add(seq);
            }
        }
        assertThat(lost).as("dropped by the rule").isEmpty();
        assertThat(highest).hasSize(PARTITIONS);
        assertThat(seen).hasSize(EVENTS);
        assertThat(repeats).isGreaterThanOrEqualTo(SET_BACK);
    }

    private static Batch batch(int from) {
        return SampleBatches.ofAgents(from, BATCH, PARTITIONS * 4);
    }

    private static Destination open(Vertx vertx, KafkaBroker broker) {
        return new KafkaType()
                .open(
                        new Settings(
                                "lake",
                                URI.create("kafka://" + broker.address() + "/events"),
                                Map.of(),
                                (host, port) -> Future.succeededFuture(SocketAddress.inetSocketAddress(port, host)),
                                "urn:test",
                                "run"),
                        vertx);
    }
}
