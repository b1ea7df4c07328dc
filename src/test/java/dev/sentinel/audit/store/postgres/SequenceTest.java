package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Found;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of events while other transactions are running. */
@Timeout(120)
final class SequenceTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String url = server.newSchema();
    private final Vertx vertx = Vertx.vertx();
    private final StoreConfig config =
            SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)).store();
    private final Sessions sessions = new Sessions(vertx, (Database.Postgres) config.database(), config.timeout());
    private final List<Pool> pools = new ArrayList<>();

    private Sequence sequence;
    private OtherWriter one;
    private OtherWriter two;
    private Connection reader;

    @BeforeEach
    void open() throws Exception {
        await(Schema.migrate(sessions));
        reader = server.connect(url);
        sequence = sequence();
        one = new OtherWriter(server, url);
        two = new OtherWriter(server, url);
    }

    @AfterEach
    void close() throws Exception {
        one.close();
        two.close();
        reader.close();
        PostgresVertx.close(vertx);
    }

    private Sequence sequence() {
        Pool pool = sessions.deriving();
        pools.add(pool);
        return await(pool.getConnection()
                .compose(connection -> Sequence.of(connection, "sentinel-test", Clock.systemUTC())));
    }

    @Test
    void step_transactionHeldOpen_assignsNoPositionFromItsArrivalOn() throws Exception {
        List<Long> early = one.insert(1);
        List<Long> late = two.insert(2);
        two.commit();
        // A reader by arrival continues from here, and will not read below again.
        long lastOfNaiveReader = arrivalsFrom(0).stream().reduce(Long::max).orElseThrow();

        steps(20);

        assertThat(sequence.watermark()).isEqualTo(new Watermark(0, 0));
        assertThat(positions()).isEmpty();

        one.commit();
        stepUntilIdle();

        assertThat(positions()).containsExactly(entry(early, 0, 0), entry(late, 0, 1), entry(late, 1, 2));
        assertThat(arrivalsFrom(lastOfNaiveReader + 1))
                .as("events that a reader by arrival still finds")
                .isEmpty();
        assertTotals();
    }

    @Test
    void step_transactionRolledBack_passesItsGap() throws Exception {
        one.insert(3);
        List<Long> late = two.insert(2);
        two.commit();
        steps(5);
        assertThat(positions()).isEmpty();

        one.rollback();
        stepUntilIdle();

        assertThat(positions()).containsExactly(entry(late, 0, 0), entry(late, 1, 1));
        assertThat(sequence.watermark()).isEqualTo(new Watermark(5, 2));
        assertTotals();
    }

    @Test
    void step_partsRolledBackToASavepoint_arePassedWithTheTransaction() throws Exception {
        List<Long> kept = new ArrayList<>(one.insert(1));
        one.execute("SAVEPOINT s");
        one.insert(4);
        one.execute("ROLLBACK TO s");
        kept.addAll(one.insert(1));
        kept.addAll(two.insert(1));
        two.commit();
        steps(5);
        assertThat(positions()).isEmpty();

        one.commit();
        stepUntilIdle();

        assertThat(positions()).containsExactly(entry(kept, 0, 0), entry(kept, 1, 1), entry(kept, 2, 2));
    }

    /** A prepared transaction has left its session, but has not ended. */
    @Test
    void step_transactionPreparedMeanwhile_waitsForIt() throws Exception {
        String name = UUID.randomUUID().toString();
        List<Long> early = one.insert(1);
        List<Long> late = two.insert(1);
        two.commit();
        steps(3);

        one.execute("PREPARE TRANSACTION '" + name + "'");
        steps(20);
        assertThat(positions()).isEmpty();

        server.execute("COMMIT PREPARED '" + name + "'");
        stepUntilIdle();
        assertThat(positions()).containsExactly(entry(early, 0, 0), entry(late, 0, 1));
        assertTotals();
    }

    @Test
    void step_gapEverywhere_keepsPositionsGapless() throws Exception {
        int events = 25_000;
        one.execute("""
                INSERT INTO audit_events (arrival, event_id, timestamp, agent_instance_id, trace_id, actor, action_type,
                  resource, status, metadata, received_at)
                SELECT n * 2 + 1, gen_random_uuid(), now(), 'agent', 'trace', 'agent', 'tool_call', 'r',
                  'success', '{}', now()
                FROM generate_series(0, %d - 1) n""".formatted(events));
        one.commit();

        stepUntilIdle();

        assertThat(sequence.watermark()).isEqualTo(new Watermark(events * 2L, events));
        assertThat(query("SELECT count(*) FROM audit_log WHERE seq = (arrival - 1) / 2"))
                .isEqualTo(events);
        assertTotals();
    }

    @Test
    void step_moreThanOneStepHolds_takesSeveral() throws Exception {
        one.insert(2 * Sequence.STEP + 7);
        one.commit();

        assertThat(await(sequence.step())).isEqualTo(Sequence.Result.MORE);
        assertThat(sequence.watermark()).isEqualTo(new Watermark(Sequence.STEP, Sequence.STEP));
        stepUntilIdle();

        assertThat(sequence.watermark().nextSeq()).isEqualTo(2 * Sequence.STEP + 7);
        assertTotals();
    }

    @Test
    void step_twoSequencersAtOnce_countNothingTwice() throws Exception {
        Sequence other = sequence();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        AtomicInteger rounds = new AtomicInteger();
        threads.execute(() -> {
            try {
                for (int i = 0; i < 300; i++) {
                    OtherWriter writer = i % 2 == 0 ? one : two;
                    writer.insert(1 + i % 7);
                    if (i % 5 == 0) {
                        writer.rollback();
                    } else {
                        writer.commit();
                    }
                    rounds.incrementAndGet();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        for (Sequence each : List.of(sequence, other)) {
            threads.execute(() -> {
                while (rounds.get() < 300) {
                    await(each.step());
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        stepUntilIdle();
        stepUntilIdle(other);

        assertThat(rounds).hasValue(300);
        assertThat(other.watermark()).isEqualTo(sequence.watermark());
        assertGapless();
        assertTotals();
    }

    /** Transactions begin, insert and end in any order, between steps of two sequencers; compared with a model. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void step_randomInterleavings_assignEveryCommittedEventItsPosition(long seed) throws Exception {
        Random random = new Random(seed);
        Sequence[] sequencers = {sequence, sequence()};
        Map<OtherWriter, List<Long>> open = new LinkedHashMap<>();
        Map<String, List<Long>> prepared = new HashMap<>();
        TreeSet<Long> committed = new TreeSet<>();
        Map<Long, Long> positioned = new HashMap<>();
        List<OtherWriter> writers = new ArrayList<>(List.of(one, two));
        for (int i = 0; i < 4; i++) {
            writers.add(new OtherWriter(server, url));
        }
        for (int i = 0; i < 250; i++) {
            OtherWriter writer = writers.get(random.nextInt(writers.size()));
            switch (random.nextInt(10)) {
                case 0, 1, 2 ->
                    open.computeIfAbsent(writer, none -> new ArrayList<>())
                            .addAll(writer.insert(1 + random.nextInt(3)));
                case 3, 4 -> {
                    writer.commit();
                    committed.addAll(openOf(open, writer));
                }
                case 5 -> {
                    writer.rollback();
                    openOf(open, writer);
                }
                case 6 -> {
                    if (open.containsKey(writer) && prepared.size() < 3) {
                        String name = UUID.randomUUID().toString();
                        writer.execute("PREPARE TRANSACTION '" + name + "'");
                        prepared.put(name, openOf(open, writer));
                    } else if (!prepared.isEmpty()) {
                        String name = prepared.keySet().iterator().next();
                        boolean commit = random.nextBoolean();
                        server.execute((commit ? "COMMIT" : "ROLLBACK") + " PREPARED '" + name + "'");
                        List<Long> arrivals = prepared.remove(name);
                        committed.addAll(commit ? arrivals : List.of());
                    }
                }
                default -> await(sequencers[random.nextInt(2)].step());
            }
            long unresolved = LongStream.concat(
                            open.values().stream().flatMap(List::stream).mapToLong(Long::longValue),
                            prepared.values().stream().flatMap(List::stream).mapToLong(Long::longValue))
                    .min()
                    .orElse(Long.MAX_VALUE);
            for (long[] position : positions()) {
                assertThat(position[0]).as("below what may still appear").isLessThan(unresolved);
                Long before = positioned.put(position[0], position[1]);
                assertThat(before == null || before == position[1])
                        .as("positions stay")
                        .isTrue();
            }
        }
        for (OtherWriter writer : writers) {
            writer.commit();
            committed.addAll(openOf(open, writer));
        }
        for (String name : prepared.keySet()) {
            server.execute("ROLLBACK PREPARED '" + name + "'");
        }
        stepUntilIdle();

        assertThat(positions()).extracting(position -> position[0]).containsExactlyElementsOf(committed);
        assertGapless();
        assertTotals();
        for (OtherWriter writer : writers) {
            writer.close();
        }
    }

    private static List<Long> openOf(Map<OtherWriter, List<Long>> open, OtherWriter writer) {
        List<Long> arrivals = open.remove(writer);
        return arrivals == null ? List.of() : arrivals;
    }

    /** Searches and counts do not depend on the sequencer. */
    @Test
    void queries_sequencerBlocked_areExact() throws Exception {
        try (OpenStore store = OpenStore.at(url)) {
            Events events = new Events(3);
            store.append(events.next(40));
            one.insert(2);
            store.append(events.next(60));
            OpenStore.WITHIN.until("the first are sequenced", () -> store.log().size() == 40);

            List<StoredEvent> found = Found.events(await(store.store().search(EventQuery.all(1_000))));
            List<AgentSummary> agents =
                    await(store.store().agents("", Optional.empty(), 100)).items();

            assertThat(found)
                    .hasSize(100)
                    .filteredOn(event -> event.seq() == StoredEvent.UNSEQUENCED)
                    .hasSize(60);
            assertThat(agents.stream().mapToLong(AgentSummary::total).sum()).isEqualTo(100);
            for (AgentSummary agent : agents) {
                assertThat(agent.total())
                        .isEqualTo(found.stream()
                                .filter(event -> event.event().agentInstanceId().equals(agent.agentInstanceId()))
                                .count());
                assertThat(await(store.store().agent(agent.agentInstanceId()))).contains(agent);
            }
            assertThat(store.store().status().committed()).isEqualTo(100);
            assertThat(store.store().status().indexed()).isEqualTo(40);

            one.rollback();
            OpenStore.WITHIN.until("all are sequenced", () -> store.log().size() == 100);
            assertThat(await(store.store().agents("", Optional.empty(), 100)).items())
                    .isEqualTo(agents);
            assertGapless();
            assertTotals();
        }
    }

    private void steps(int count) {
        for (int i = 0; i < count; i++) {
            await(sequence.step());
        }
    }

    /** A permanent gap needs a few steps to be passed. */
    private void stepUntilIdle() {
        stepUntilIdle(sequence);
    }

    private static void stepUntilIdle(Sequence sequence) {
        for (int i = 0; i < 1_000; i++) {
            if (await(sequence.step()) == Sequence.Result.IDLE) {
                return;
            }
        }
        throw new AssertionError("never idle: " + sequence.watermark());
    }

    private static long[] entry(List<Long> arrivals, int index, long seq) {
        return new long[] {arrivals.get(index), seq};
    }

    /** Arrivals and positions of the sequenced events, by arrival. */
    private List<long[]> positions() throws SQLException {
        return rows("SELECT arrival, seq FROM audit_log WHERE seq IS NOT NULL ORDER BY arrival");
    }

    private List<Long> arrivalsFrom(long first) throws SQLException {
        return rows("SELECT arrival, 0 FROM audit_events WHERE arrival >= " + first + " ORDER BY arrival").stream()
                .map(row -> row[0])
                .toList();
    }

    private List<long[]> rows(String sql) throws SQLException {
        List<long[]> found = new ArrayList<>();
        try (Statement statement = reader.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(new long[] {rows.getLong(1), rows.getLong(2)});
            }
        }
        return found;
    }

    private long query(String sql) throws SQLException {
        return Long.parseLong(server.query(url, sql));
    }

    private void assertGapless() throws SQLException {
        long next = 0;
        for (long[] position : positions()) {
            assertThat(position[1]).isEqualTo(next++);
        }
        assertThat(query("SELECT count(*) FROM audit_events")).isEqualTo(next);
    }

    private void assertTotals() throws SQLException {
        assertThat(Totals.differences(server, url)).isEmpty();
    }

    private static <T> T await(Future<T> future) {
        return OpenStore.await(future);
    }
}
