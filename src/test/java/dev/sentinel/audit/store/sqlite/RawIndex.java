package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.bench.EventMemory;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsRows;
import dev.sentinel.audit.store.lsm.LsmCache;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes the index alone, in one thread, with events of a thousand agents in traces of twenty, and asks for the
 * statistics of a month in between.
 */
public final class RawIndex {
    private static final int AGENTS = 1_000;
    private static final int RESOURCES = 50;
    private static final int QUERIES = 20;
    private static final int LOOK_UPS = 100;
    private static final Duration MONTH = Duration.ofDays(30);

    /** The times of the events. */
    public enum Times {
        /** A thousand a second. */
        CURRENT,
        /** Evenly spread over a month. */
        MONTH,
        /** Half of the batches as {@link #CURRENT}, the others as {@link #MONTH}. */
        BOTH,
        /** The first half as {@link #MONTH}, the rest as {@link #CURRENT}. */
        THEN_CURRENT
    }

    /**
     * What was measured.
     *
     * @param cpuMicros processor time of an event
     * @param sumUpMicros the part of it that sums up what earlier batches have left
     * @param idleMicros processor time that was left for an idle time, for each event
     * @param lookUpMicros processor time to find out that an id is new
     */
    public record Result(
            double cpuMicros,
            double sumUpMicros,
            double idleMicros,
            double lookUpMicros,
            double maxCommitMs,
            double maxPauseMs,
            double p50StatsMs,
            double maxStatsMs) {}

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Instant now = Instant.now();
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Double> statsMs = new ArrayList<>();
    private long seq;

    private RawIndex() {}

    /** Measures in an empty directory. */
    public static Result measure(Path directory, Times times, int events, int batch) throws IOException, SQLException {
        return new RawIndex().run(directory, times, events, batch);
    }

    private Result run(Path directory, Times times, int events, int batch) throws IOException, SQLException {
        SqliteFiles files = SqliteFiles.of(Files.createDirectories(directory).resolve("raw.db"));
        RecentIds recentIds = new RecentIds();
        double maxCommit = 0;
        double maxPause = 0;
        long cpu = 0;
        long sumUp = 0;
        try (EventLog log = EventLog.open(files.log());
                EventIndex index = IndexFile.open(files, log, recentIds, Clock.systemUTC())) {
            int batches = events / batch;
            for (int i = 0; i < batches; i++) {
                List<IndexEntry> entries = batch(batch, isSpread(times, i, batches));
                entries.forEach(entry -> recentIds.put(entry.eventId(), entry.seq()));
                long started = System.nanoTime();
                long before = threads.getCurrentThreadCpuTime();
                index.add(entries);
                maxCommit = Math.max(maxCommit, (System.nanoTime() - started) / 1e6);
                long added = threads.getCurrentThreadCpuTime();
                index.keepUp(batch);
                sumUp += threads.getCurrentThreadCpuTime() - added;
                cpu += threads.getCurrentThreadCpuTime() - before;
                maxPause = Math.max(maxPause, (System.nanoTime() - started) / 1e6);
                if ((i + 1) % Math.max(1, batches / QUERIES) == 0) {
                    askForStats(files);
                }
            }
            long before = threads.getCurrentThreadCpuTime();
            boolean more = true;
            while (more) {
                long started = System.nanoTime();
                more = index.tidyUp();
                maxCommit = Math.max(maxCommit, (System.nanoTime() - started) / 1e6);
            }
            long idle = threads.getCurrentThreadCpuTime() - before;
            statsMs.sort(null);
            return new Result(
                    cpu / 1e3 / seq,
                    sumUp / 1e3 / seq,
                    idle / 1e3 / seq,
                    lookUpMicros(files, recentIds),
                    maxCommit,
                    maxPause,
                    statsMs.get(statsMs.size() / 2),
                    statsMs.get(statsMs.size() - 1));
        }
    }

    private double lookUpMicros(SqliteFiles files, RecentIds recentIds) throws IOException, SQLException {
        EventMemory source = new EventMemory(1);
        try (IndexLookup lookup = IndexLookup.open(files.index(), recentIds, new LsmCache())) {
            long cpu = 0;
            for (int i = 0; i < LOOK_UPS; i++) {
                List<AuditEvent> fresh = Stream.generate(source).limit(1_000).toList();
                long before = threads.getCurrentThreadCpuTime();
                lookup.seqsOf(fresh);
                cpu += threads.getCurrentThreadCpuTime() - before;
            }
            return cpu / 1e6 / LOOK_UPS;
        }
    }

    private static boolean isSpread(Times times, int batch, int batches) {
        return switch (times) {
            case CURRENT -> false;
            case MONTH -> true;
            case BOTH -> batch % 2 == 0;
            case THEN_CURRENT -> batch < batches / 2;
        };
    }

    private List<IndexEntry> batch(int size, boolean spread) {
        List<IndexEntry> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            long trace = seq / 20;
            Instant time = spread ? now.minusMillis(random.nextLong(MONTH.toMillis())) : now.plusMillis(seq);
            batch.add(new IndexEntry(
                    seq++,
                    new UUID(random.nextLong(), random.nextLong()),
                    "agent-" + trace % AGENTS,
                    "trace-" + trace,
                    null,
                    null,
                    "resource-" + random.nextInt(RESOURCES),
                    time.toEpochMilli() * 1_000,
                    random.nextInt(4) << 5 | random.nextInt(3) << 2 | random.nextInt(2),
                    random.nextInt(4) == 0 ? IndexEntry.NO_LATENCY : random.nextInt(2_000)));
        }
        return batch;
    }

    private void askForStats(SqliteFiles files) throws SQLException {
        StatsQuery query = StatsQuery.covering(now.minus(MONTH), now.plusSeconds(1), "", null, 10);
        try (Connection reader =
                new ReaderSource(files, new LsmCache(), () -> {}, Duration.ofSeconds(60)).getConnection()) {
            long started = System.nanoTime();
            Map<StatsLevel, Long> levels = new EnumMap<>(StatsLevel.class);
            try (PreparedStatement select = reader.prepareStatement(StatsSql.LEVELS);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    levels.put(RollupWriter.level(rows.getInt(1)), rows.getLong(2));
                }
            }
            StatsSql sql = new StatsSql(query, levels);
            for (StatsRows.Part part : StatsRows.Part.values()) {
                if (part != StatsRows.Part.RESOURCES_OF_AGENT) {
                    read(reader, sql.of(part));
                }
            }
            statsMs.add((System.nanoTime() - started) / 1e6);
        }
    }

    private static void read(Connection reader, SearchSql.Statement statement) throws SQLException {
        try (PreparedStatement select = reader.prepareStatement(statement.sql())) {
            for (int i = 0; i < statement.parameters().size(); i++) {
                select.setObject(i + 1, statement.parameters().get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    rows.getObject(1);
                }
            }
        }
    }
}
