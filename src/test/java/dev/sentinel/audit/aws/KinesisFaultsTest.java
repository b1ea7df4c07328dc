package dev.sentinel.audit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.aws.FaultyKinesis.Fault;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;

/** A local Kinesis behind a proxy that breaks requests. The client speaks JSON here, which the proxy reads. */
final class KinesisFaultsTest {
    private static final String JSON = "aws.cborEnabled";
    private static final int EVENTS = 180;
    private static final int BATCH = 30;
    private static final int AGENTS = 4;

    private static final Vertx VERTX = Vertx.vertx();
    private static LocalAws server;
    private static String missing = "";
    private static KinesisClient client;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        System.setProperty(JSON, "false");
        try {
            server = LocalAws.kinesis(directory, "faults-1:3,faults-2:3,throttled:1,closed:1,strict:2,named:2");
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
        System.clearProperty(JSON);
        if (server != null) {
            client.close();
            server.close();
        }
        VERTX.close().await();
    }

    /**
     * Of each agent, all events are there, their last copies are in order, and none of a batch is before one of an
     * earlier batch that was not written yet.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void deliver_whateverFails_agentsAreCompleteAndTheirLastCopiesInOrder(int seed) {
        String stream = "faults-" + seed;
        Set<Fault> seen = new HashSet<>();
        try (FaultyKinesis faulty = new FaultyKinesis(VERTX, server, faults(new Random(seed), seen))) {
            Destination destination = open(faulty, stream);
            for (int from = 0; from < EVENTS; from += BATCH) {
                deliverAtLast(destination, from);
            }
            destination.close().await();
        }
        assertThat(seen).as("faults").hasSameSizeAs(Fault.values());

        List<Long> all = new ArrayList<>();
        StreamReader.byShard(client, stream).values().forEach(records -> {
            Map<String, List<Long>> agents = StreamReader.positions(records);
            agents.forEach((agent, positions) -> {
                all.addAll(new HashSet<>(positions));
                assertThat(lastCopies(positions)).as(agent).isSorted();
                assertBatchesInOrder(positions);
            });
        });
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, EVENTS).boxed().toList());
    }

    /**
     * The rule for readers of Kafka holds: what is not above the highest position of its shard has been there before.
     */
    @Test
    void deliver_strictOrder_eachShardHasNothingOutOfPlace() {
        List<Fault> possible =
                List.of(Fault.NONE, Fault.NONE, Fault.NONE, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.RESET_AFTER);
        try (FaultyKinesis faulty =
                new FaultyKinesis(VERTX, server, faults(new Random(3), new HashSet<>(), possible))) {
            Destination destination = Opened.at(
                    new KinesisType(), VERTX, "kinesis://strict", faulty.endpoint(), Map.of("ordering", "strict"));
            deliverParts(destination, SampleBatches.ofAgents(0, 60, AGENTS));
            destination.close().await();
        }

        Set<Long> all = new HashSet<>();
        StreamReader.byShard(client, "strict").values().forEach(records -> {
            Set<Long> seen = new HashSet<>();
            long highest = -1;
            for (Record each : records) {
                long seq = new JsonObject(StreamReader.text(each)).getLong("seq");
                assertThat(seq > highest || seen.contains(seq))
                        .as("the record at position %d behind %d", seq, highest)
                        .isTrue();
                highest = Math.max(highest, seq);
                seen.add(seq);
            }
            all.addAll(seen);
        });
        assertThat(all).hasSize(60);
    }

    /** Kinesis orders two records only if the second one names the first, also in another delivery. */
    @Test
    void deliver_strictOrder_eachRecordNamesTheOneBeforeOfItsAgent() {
        Map<String, String> last = new HashMap<>();
        try (FaultyKinesis watched = new FaultyKinesis(VERTX, server, () -> Fault.NONE)) {
            Destination destination = Opened.at(
                    new KinesisType(), VERTX, "kinesis://named", watched.endpoint(), Map.of("ordering", "strict"));
            for (int from = 0; from < 12; from += 4) {
                deliverParts(destination, SampleBatches.ofAgents(from, 4, 3));
            }
            destination.close().await();

            assertThat(watched.exchanges()).hasSize(12).allSatisfy(put -> {
                String before = put.request().getString("SequenceNumberForOrdering");
                assertThat(before).isEqualTo(last.get(put.request().getString("PartitionKey")));
                last.put(put.request().getString("PartitionKey"), put.answer().getString("SequenceNumber"));
            });
        }
        assertThat(last).hasSize(3).doesNotContainValue(null);
    }

    private static Supplier<Fault> faults(Random random, Set<Fault> seen) {
        List<Fault> all = new ArrayList<>(List.of(Fault.values()));
        all.addAll(List.of(Fault.NONE, Fault.SOME_FAIL));
        return faults(random, seen, all);
    }

    /** Each fault once in a while, in another order each time. */
    private static Supplier<Fault> faults(Random random, Set<Fault> seen, List<Fault> possible) {
        Deque<Fault> next = new ArrayDeque<>();
        return () -> {
            if (next.isEmpty()) {
                List<Fault> all = new ArrayList<>(possible);
                Collections.shuffle(all, random);
                next.addAll(all);
            }
            seen.add(next.getFirst());
            return next.removeFirst();
        };
    }

    private static List<Long> lastCopies(List<Long> positions) {
        List<Long> reversed = new ArrayList<>(positions);
        Collections.reverse(reversed);
        List<Long> last = new ArrayList<>(new LinkedHashSet<>(reversed));
        Collections.reverse(last);
        return last;
    }

    private static void assertBatchesInOrder(List<Long> positions) {
        List<Long> distinct = positions.stream().sorted().distinct().toList();
        Set<Long> written = new HashSet<>();
        for (long position : positions) {
            written.add(position);
            assertThat(written)
                    .containsAll(distinct.stream()
                            .filter(each -> each / BATCH < position / BATCH)
                            .toList());
        }
    }

    /** As the engine does: what is left, until nothing is. */
    private static void deliverParts(Destination destination, Batch batch) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        List<StoredEvent> left = batch.events();
        while (!left.isEmpty()) {
            Delivery delivery = destination
                    .deliver(new Batch(left, left.get(0).seq(), batch.next()))
                    .otherwise(cause -> null)
                    .await();
            int taken = delivery instanceof Delivery.Part part ? part.events() : delivery == null ? 0 : left.size();
            left = left.subList(taken, left.size());
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
        }
    }

    /** As the engine does: the same batch again after a failure that passes. */
    private static void deliverAtLast(Destination destination, int from) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!(destination
                        .deliver(SampleBatches.ofAgents(from, BATCH, AGENTS))
                        .otherwise(cause -> null)
                        .await()
                instanceof Delivery.Done)) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
        }
    }

    @Test
    void deliver_throttledForAWhile_isNoFailure() {
        Iterator<Fault> faults = Arrays.asList(
                        Fault.ALL_FAIL, Fault.ALL_FAIL, Fault.SOME_FAIL, Fault.ALL_FAIL, Fault.NONE)
                .iterator();
        try (FaultyKinesis faulty = new FaultyKinesis(VERTX, server, faults::next)) {
            Destination destination = open(faulty, "throttled");

            Delivery delivery =
                    destination.deliver(SampleBatches.ofAgents(0, 30, 30)).await();

            assertThat(delivery).isEqualTo(new Delivery.Done("30 records acknowledged, 80 sent again"));
            assertThat(StreamReader.all(client, "throttled")).hasSize(30);
            destination.close().await();
        }
    }

    @Test
    void close_whileThrottled_endsTheDelivery() {
        Promise<Void> refused = Promise.promise();
        try (FaultyKinesis faulty = new FaultyKinesis(VERTX, server, () -> {
            refused.tryComplete();
            return Fault.ALL_FAIL;
        })) {
            Destination destination = open(faulty, "closed");
            Future<Delivery> delivery = destination.deliver(SampleBatches.usual(0, 3));
            refused.future().await();

            destination.close().await();

            assertThat(Opened.outage(delivery)).isNotEmpty();
        }
    }

    private static Destination open(FaultyKinesis faulty, String stream) {
        return Opened.at(new KinesisType(), VERTX, "kinesis://" + stream, faulty.endpoint(), Map.of());
    }
}
