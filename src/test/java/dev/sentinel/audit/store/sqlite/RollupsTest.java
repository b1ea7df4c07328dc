package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.LatencyBins;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsRows;
import dev.sentinel.audit.store.StatsTops;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Compares the answers with counting the events, whatever of them is summed up. */
class RollupsTest {
    private static final int AGENTS = 6;
    private static final long NOW = 29_000_000;
    private static final int WEEK = StatsLevel.WEEK.minutes();
    private static final int[] WIDTHS = {1, 5, 15, 30, 60, 6 * 60, 24 * 60, 7 * 24 * 60};

    /** So small that every limit is reached. */
    private static final Rollups.Limits SMALL = new Rollups.Limits(40, 25, 60, 1_000, 5, 12, 30, 6, 10);

    private static final Rollups.Limits FEW_SPANS = new Rollups.Limits(40, 25, 60, 12, 5, 12, 30, 6, 10);

    @Property(tries = 12)
    void stats_anyEventsAndAnyPartSummedUp_equalCountingTheEvents(@ForAll long seed) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            Random random = new Random(seed);
            new Run(random, connection, random.nextBoolean() ? SMALL : FEW_SPANS).run();
        }
    }

    /** Clients may send any times, and each span with late events takes memory. */
    @Test
    void add_timesOfMoreSpansThanTheLimit_sumsUpTheOthersAtOnce() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            new Run(new Random(1), connection, FEW_SPANS).addOneEventToEachSpan(200);
        }
    }

    private static final class Run {
        private final Random random;
        private final Rollups.Limits limits;
        private final Connection connection;
        private final List<RollupSums.Event> committed = new ArrayList<>();
        private Rollups rollups;
        private long current;
        private long seq;

        /** As some query read it; it may be outdated when the others are read. */
        private Map<StatsLevel, Long> levels;

        Run(Random random, Connection connection, Rollups.Limits limits) throws SQLException {
            this.random = random;
            this.limits = limits;
            this.connection = connection;
            IndexSchema.create(connection, "log");
            for (int key = 1; key <= AGENTS; key++) {
                Sqlite.execute(connection, "INSERT INTO agents VALUES (" + key + ", '" + name(key) + "', 0, 0, 0, 0)");
            }
            connection.setAutoCommit(false);
            this.rollups = new Rollups(connection, limits);
            this.current = NOW - random.nextInt(10 * WEEK);
            this.levels = readLevels();
        }

        void run() throws SQLException {
            for (int step = 0; step < 40; step++) {
                switch (random.nextInt(8)) {
                    case 0 -> crash();
                    case 1 -> current = Math.min(NOW + 100, current + random.nextInt(2 * WEEK));
                    case 2, 3 -> sumUp(random.nextInt(20));
                    default -> addBatch();
                }
                if (random.nextInt(4) == 0) {
                    levels = readLevels();
                }
                assertExact();
            }
            sumUp(10_000);
            assertThat(rollups.isBehind()).as("all is summed up").isFalse();
            assertExact();
        }

        void addOneEventToEachSpan(int spans) throws SQLException {
            List<RollupSums.Event> events = new ArrayList<>();
            for (int span = 1; span <= spans; span++) {
                events.add(event(NOW - (long) span * StatsLevel.SIX_HOURS.minutes()));
            }
            rollups.add(events, NOW);
            connection.commit();
            committed.addAll(events);
            assertThat(Sqlite.queryLong(connection, "SELECT count(*) FROM late_events"))
                    .as("late events, one of each span")
                    .isEqualTo(limits.maxSpans());
            assertExact();
        }

        private void addBatch() throws SQLException {
            List<RollupSums.Event> batch = new ArrayList<>();
            int kind = random.nextInt(4);
            int lateness = random.nextBoolean() ? 5 * WEEK : 2 * StatsLevel.SIX_HOURS.minutes();
            long base = kind == 1 ? NOW - random.nextInt(12 * WEEK) : current;
            for (int size = 1 + random.nextInt(60); size > 0; size--) {
                batch.add(event(kind == 2 ? current - random.nextInt(lateness) : base + random.nextInt(3)));
            }
            rollups.add(batch, NOW);
            if (random.nextInt(6) == 0) {
                connection.rollback();
                rollups = new Rollups(connection, limits);
                return;
            }
            connection.commit();
            committed.addAll(batch);
            for (int slices = rollups.slices(batch.size()); slices > 0 && rollups.isFull(); slices--) {
                sumUp(1);
            }
            // What is left to sum up counts an event twice until it is in some of the sums.
            assertThat(Sqlite.queryLong(connection, "SELECT sum(events + unsummed) FROM late_spans"))
                    .isLessThanOrEqualTo(2L * limits.maxUnsummed() + limits.maxAllSummed());
            assertThat(Sqlite.queryLong(connection, "SELECT count(*) FROM late_spans"))
                    .isLessThanOrEqualTo(limits.maxSpans());
        }

        private RollupSums.Event event(long minute) {
            return new RollupSums.Event(
                    random.nextInt(20) == 0 ? NOW + random.nextInt(2 * WEEK) : minute,
                    seq++,
                    1 + random.nextInt(AGENTS),
                    random.nextInt(EventStatus.values().length) << 5
                            | random.nextInt(ActionType.values().length) << 2
                            | random.nextInt(ActorType.values().length),
                    random.nextInt(3) == 0 ? RollupSums.NO_BIN : random.nextInt(LatencyBins.count()),
                    "resource-" + random.nextInt(8));
        }

        private void sumUp(int steps) throws SQLException {
            for (int step = 0; step < steps && rollups.isBehind(); step++) {
                rollups.sumUp();
                connection.commit();
            }
        }

        /** Within the work on a batch or on what is left to sum up. */
        private void crash() throws SQLException {
            if (random.nextBoolean()) {
                rollups.add(List.of(event(current), event(current - random.nextInt(WEEK))), NOW);
            }
            rollups.sumUp();
            connection.rollback();
            rollups = new Rollups(connection, limits);
        }

        private Map<StatsLevel, Long> readLevels() throws SQLException {
            Map<StatsLevel, Long> read = new EnumMap<>(StatsLevel.class);
            try (PreparedStatement select = connection.prepareStatement(StatsSql.LEVELS);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    read.put(RollupWriter.level(rows.getInt(1)), rows.getLong(2));
                }
            }
            return read;
        }

        private void assertExact() throws SQLException {
            int width = WIDTHS[random.nextInt(WIDTHS.length)];
            long near = committed.isEmpty()
                    ? NOW
                    : committed.get(random.nextInt(committed.size())).minute();
            long from = near - random.nextInt(10 * width);
            long end = near + 1 + random.nextInt(10 * width);
            assertExact(new StatsQuery(from, end, width, "", null, 100));
            assertExact(new StatsQuery(from, end, width, "agent-1", null, 100));
            assertExact(new StatsQuery(from, end, width, "", "agent-2", 100));
            assertExact(new StatsQuery(NOW - 20L * WEEK, NOW + 20L * WEEK, WEEK, "", null, 100));
        }

        private void assertExact(StatsQuery query) throws SQLException {
            List<RollupSums.Event> of = committed.stream()
                    .filter(event -> event.minute() >= query.fromMinute() && event.minute() < query.endMinute())
                    .filter(event -> query.agentInstanceId() == null
                            ? name(event.agentKey()).startsWith(query.agentPrefix())
                            : name(event.agentKey()).equals(query.agentInstanceId()))
                    .toList();
            Map<String, Long> expected = new TreeMap<>();
            for (RollupSums.Event event : of) {
                long bucket = (event.minute() - query.firstBucketMinute()) / query.bucketMinutes();
                for (int place : List.of(
                        StatsCounts.placeOf(Kinds.statusOf(event.kind())),
                        StatsCounts.placeOf(Kinds.actionTypeOf(event.kind())),
                        StatsCounts.placeOf(Kinds.actorOf(event.kind())))) {
                    expected.merge("count " + bucket + " " + place, 1L, Long::sum);
                }
                long error = Kinds.statusOf(event.kind()) == EventStatus.ERROR ? 1 : 0;
                if (query.agentInstanceId() == null) {
                    expected.merge("agent " + name(event.agentKey()), 1L, Long::sum);
                    expected.merge("errors " + name(event.agentKey()), error, Long::sum);
                }
                if (query.reportsLatency()) {
                    expected.merge("resource " + event.resource(), 1L, Long::sum);
                    expected.merge("errors " + event.resource(), error, Long::sum);
                    if (event.bin() != RollupSums.NO_BIN) {
                        expected.merge("latency " + bucket + " " + event.bin(), 1L, Long::sum);
                    }
                }
            }
            expected.values().removeIf(count -> count == 0);
            assertThat(answer(query)).as(query.toString()).isEqualTo(expected);
        }

        private Map<String, Long> answer(StatsQuery query) throws SQLException {
            StatsSql sql = new StatsSql(query, levels);
            Map<String, Long> answer = new TreeMap<>();
            read(sql.of(StatsRows.Part.COUNTS), row -> {
                for (int place = 0; place < StatsCounts.NAMES.size(); place++) {
                    answer.merge("count " + row.number(0) + " " + place, row.number(1 + place), Long::sum);
                }
            });
            if (query.agentInstanceId() == null) {
                read(sql.of(StatsRows.Part.AGENTS), row -> addTop(answer, "agent ", row));
            }
            if (query.reportsLatency()) {
                read(sql.of(StatsRows.Part.RESOURCES), row -> addTop(answer, "resource ", row));
                read(
                        sql.of(StatsRows.Part.LATENCIES),
                        row -> answer.merge(
                                "latency " + row.number(0) + " " + row.number(1), row.number(2), Long::sum));
            }
            answer.values().removeIf(count -> count == 0);
            return answer;
        }

        private static void addTop(Map<String, Long> answer, String what, StatsRows.Row row) {
            if (row.smallNumber(0) == StatsTops.BY_EVENTS) {
                answer.put(what + row.value(1), row.number(2));
                answer.put("errors " + row.value(1), row.number(3));
            }
        }

        private void read(SearchSql.Statement statement, Consumer<StatsRows.Row> each) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement(statement.sql())) {
                for (int i = 0; i < statement.parameters().size(); i++) {
                    select.setObject(i + 1, statement.parameters().get(i));
                }
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Object[] values = new Object[rows.getMetaData().getColumnCount()];
                        for (int i = 0; i < values.length; i++) {
                            values[i] = rows.getObject(1 + i);
                        }
                        each.accept(column -> values[column]);
                    }
                }
            }
        }

        private static String name(long agentKey) {
            return "agent-" + agentKey;
        }
    }
}
