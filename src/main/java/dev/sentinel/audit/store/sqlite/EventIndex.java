package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.StatsQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes the index file. Blocking and not thread-safe: belongs to one worker thread at a time.
 *
 * <p>A batch is sorted for each table before it is written: neighbors share a page, so a page is touched once per batch
 * instead of once per event.
 */
final class EventIndex implements AutoCloseable {
    /** An event with the keys that stand for its agent and its trace. */
    private record Entry(UUID traceKey, long agentKey, long ts, long seq, int kind) {}

    private static final Comparator<Entry> BY_TIME =
            Comparator.comparingLong(Entry::ts).thenComparingLong(Entry::seq);
    private static final Comparator<Entry> BY_AGENT =
            Comparator.comparingLong(Entry::agentKey).thenComparing(BY_TIME);
    private static final Comparator<Entry> BY_TRACE =
            Comparator.comparing(Entry::traceKey, Keys.ORDER).thenComparing(BY_TIME);

    /**
     * Events after which the write-ahead log is moved into the file: some 8 MiB. A larger checkpoint delays the commits
     * of the log, on the same disk, by tens of milliseconds.
     */
    private static final long CHECKPOINT_EVENTS = 1_000;

    /** Commits of few events, or of none, after which it is moved, too. */
    private static final int CHECKPOINT_COMMITS = 16;

    private final Connection connection;
    private final Clock clock;
    private final RecentIds recentIds;
    private final AgentTotals agents;
    private final IdTable ids;
    private final Rollups rollups;
    private final TraceStarts traceStarts;
    private final LinkTables links;
    private final PreparedStatement insertByAgent;
    private final PreparedStatement insertByTrace;
    private final PreparedStatement insertByTime;
    private final PreparedStatement updateProgress;
    private long eventsInWal;
    private int commitsInWal;

    EventIndex(Connection connection, RecentIds recentIds, Clock clock) throws SQLException {
        this.connection = connection;
        this.clock = clock;
        this.recentIds = recentIds;
        connection.setAutoCommit(false);
        this.agents = new AgentTotals(connection);
        this.ids = new IdTable(connection, recentIds);
        this.rollups = new Rollups(connection);
        this.traceStarts = new TraceStarts(connection);
        this.links = new LinkTables(connection);
        this.insertByAgent = connection.prepareStatement("INSERT INTO by_agent VALUES (?,?,?,?)");
        this.insertByTrace = connection.prepareStatement("INSERT INTO by_trace VALUES (?,?,?,?,?)");
        this.insertByTime = connection.prepareStatement("INSERT INTO by_time VALUES (?,?,?)");
        this.updateProgress = connection.prepareStatement("UPDATE progress SET next_seq = ?, last_event_id = ?");
    }

    /** The first position that is not indexed yet. */
    long nextSeq() throws SQLException {
        try {
            return Sqlite.queryLong(connection, "SELECT next_seq FROM progress");
        } finally {
            connection.commit();
        }
    }

    /** Must be called once, when the server starts. Writes filters that had to be made: that may take long. */
    void openFilters() throws SQLException {
        IdFilters filters = recentIds.indexed();
        filters.open(connection);
        filters.write(connection);
        connection.commit();
        filters.written();
    }

    /** The first position whose id is not in the file yet. */
    long idsSeq() throws SQLException {
        try {
            return Sqlite.queryLong(connection, "SELECT ids_seq FROM progress");
        } finally {
            connection.commit();
        }
    }

    /**
     * Adds the events that follow {@link #nextSeq}, in order, all or none. Call {@link #keepUp} afterwards. After an
     * exception, close this object and reopen the file.
     */
    void add(List<IndexEntry> events) throws SQLException {
        Map<String, AgentTotals.Delta> deltas = new HashMap<>();
        for (IndexEntry event : events) {
            deltas.computeIfAbsent(event.agentInstanceId(), id -> new AgentTotals.Delta())
                    .count(event.ts(), Kinds.statusOf(event.kind()) == EventStatus.ERROR);
        }
        Map<String, Long> agentKeys = agents.apply(deltas);
        List<Entry> entries = entries(events, agentKeys);
        List<RollupSums.Event> summed = summed(events, entries);
        for (int i = 0; i < entries.size(); i++) {
            links.add(events.get(i), entries.get(i).traceKey, entries.get(i).agentKey);
        }
        writeTimes(entries);
        rollups.add(summed, StatsQuery.minuteOf(clock.instant()));
        writeAgents(entries);
        writeTraces(entries);
        links.write();
        IndexEntry last = events.get(events.size() - 1);
        updateProgress.setLong(1, last.seq() + 1);
        updateProgress.setBytes(2, Keys.bytes(last.eventId()));
        updateProgress.executeUpdate();
        ids.writeSlice(last.seq() + 1, events.size());
        connection.commit();
        ids.committed();
        eventsInWal += events.size();
        commitsInWal++;
    }

    private static List<Entry> entries(List<IndexEntry> events, Map<String, Long> agentKeys) {
        Map<String, UUID> traceKeys = new HashMap<>();
        List<Entry> entries = new ArrayList<>(events.size());
        for (IndexEntry event : events) {
            entries.add(new Entry(
                    traceKeys.computeIfAbsent(event.traceId(), Keys::ofTraceId),
                    agentKeys.get(event.agentInstanceId()),
                    event.ts(),
                    event.seq(),
                    event.kind()));
        }
        return entries;
    }

    private static List<RollupSums.Event> summed(List<IndexEntry> events, List<Entry> entries) {
        List<RollupSums.Event> summed = new ArrayList<>(events.size());
        for (int i = 0; i < entries.size(); i++) {
            summed.add(RollupSums.Event.of(events.get(i), entries.get(i).agentKey));
        }
        return summed;
    }

    private void writeTimes(List<Entry> entries) throws SQLException {
        entries.sort(BY_TIME);
        for (Entry entry : entries) {
            insertByTime.setLong(1, entry.ts);
            insertByTime.setLong(2, entry.seq);
            insertByTime.setInt(3, entry.kind);
            insertByTime.addBatch();
        }
        insertByTime.executeBatch();
    }

    private void writeAgents(List<Entry> entries) throws SQLException {
        entries.sort(BY_AGENT);
        for (Entry entry : entries) {
            insertByAgent.setLong(1, entry.agentKey);
            insertByAgent.setLong(2, entry.ts);
            insertByAgent.setLong(3, entry.seq);
            insertByAgent.setInt(4, entry.kind);
            insertByAgent.addBatch();
        }
        insertByAgent.executeBatch();
    }

    private void writeTraces(List<Entry> entries) throws SQLException {
        entries.sort(BY_TRACE);
        writeTraceStarts(entries);
        for (Entry entry : entries) {
            insertByTrace.setBytes(1, Keys.bytes(entry.traceKey));
            insertByTrace.setLong(2, entry.ts);
            insertByTrace.setLong(3, entry.seq);
            insertByTrace.setInt(4, entry.kind);
            insertByTrace.setLong(5, entry.agentKey);
            insertByTrace.addBatch();
        }
        insertByTrace.executeBatch();
    }

    /** @param entries in the order of traces */
    private void writeTraceStarts(List<Entry> entries) throws SQLException {
        UUID trace = null;
        Set<Long> agentsOfTrace = new HashSet<>();
        for (Entry entry : entries) {
            if (!entry.traceKey.equals(trace)) {
                trace = entry.traceKey;
                agentsOfTrace.clear();
            }
            if (agentsOfTrace.add(entry.agentKey)) {
                traceStarts.add(Keys.bytes(trace), entry.agentKey, entry.ts, entry.seq);
            }
        }
        traceStarts.write();
    }

    /**
     * Does what should be done before the next batch, in short steps. Moves the write-ahead log into the file: in a
     * commit, queries would wait for that. Sums up a part of the spans that events have passed, and at most as many
     * late events as the batch may have added. The next call does the rest.
     *
     * @param added events of the batch
     */
    void keepUp(int added) throws SQLException {
        checkpointIfLarge();
        boolean more = rollups.isUrgent();
        for (int slices = rollups.slices(added); more && slices > 0; slices--) {
            sumUpSlice();
            more = rollups.isFull();
        }
    }

    private void sumUpSlice() throws SQLException {
        rollups.sumUp();
        connection.commit();
        commitsInWal++;
        checkpointIfLarge();
    }

    /** Does not wait for readers: what they still need is moved the next time. */
    private void checkpointIfLarge() throws SQLException {
        if (eventsInWal >= CHECKPOINT_EVENTS || commitsInWal >= CHECKPOINT_COMMITS) {
            eventsInWal = 0;
            commitsInWal = 0;
            Sqlite.checkpoint(connection, "PASSIVE");
        }
    }

    /** Sums up a part of what is left to sum up, in one short transaction. Returns false if nothing is left. */
    boolean sumUp() throws SQLException {
        if (!rollups.isBehind()) {
            return false;
        }
        sumUpSlice();
        return true;
    }

    /** Makes the next start rebuild the index. */
    void markForRebuild() throws SQLException {
        connection.rollback();
        IndexSchema.markForRebuild(connection);
        connection.commit();
    }

    /** For a clean shutdown: the next start then need not read the ids of the log's tail. */
    void flush() throws SQLException {
        ids.writeAll(nextSeq());
        connection.commit();
        ids.committed();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
