package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.lsm.Entry;
import dev.sentinel.audit.store.lsm.Key;
import dev.sentinel.audit.store.lsm.LsmReader;
import dev.sentinel.audit.store.lsm.LsmWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the index file. Blocking and not thread-safe: belongs to one worker thread at a time.
 *
 * <p>A batch is sorted for each table and tree before it is written.
 */
final class EventIndex implements AutoCloseable {
    /** An event with the keys that stand for its agent and its trace. */
    private record Keyed(IndexEntry event, UUID traceKey, long agentKey) {
        Entry at(Key key, long owner) {
            return new Entry(key.high(), key.low(), event.ts(), event.seq(), event.kind(), owner);
        }
    }

    /**
     * Pages in the write-ahead log after which it is moved into the file: 8 MiB. A larger checkpoint delays the commits
     * of the log, on the same disk, by tens of milliseconds.
     */
    private static final long CHECKPOINT_PAGES = 2_048;

    /** What merging may take after a batch, besides its share for each event: more than it needs on average. */
    private static final long MERGE_NANOS = 1_000_000;

    private static final long MERGE_NANOS_OF_AN_EVENT = 2_000;

    /** Each part of a merge in an idle time. */
    private static final long IDLE_MERGE_NANOS = 5_000_000;

    private static final long IDS_READ = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(EventIndex.class);

    /** Commits of few events or sums after which it is moved, too. */
    private static final int CHECKPOINT_COMMITS = 16;

    private final Connection connection;
    private final Clock clock;
    private final RecentIds recentIds;
    private final AgentTotals agents;
    private final IdWriter ids;
    private final LsmWriter trees;
    private final Rollups rollups;
    private final TraceStarts traceStarts;
    private final LinkTables links;
    private final PreparedStatement updateProgress;
    private int commitsInWal;
    private boolean merges = true;

    EventIndex(Connection connection, RecentIds recentIds, Clock clock) throws SQLException {
        this.connection = connection;
        this.clock = clock;
        this.recentIds = recentIds;
        connection.setAutoCommit(false);
        this.agents = new AgentTotals(connection);
        this.ids = new IdWriter(connection, recentIds);
        this.trees = new LsmWriter(connection, IndexTrees.ALL);
        connection.commit();
        this.rollups = new Rollups(connection);
        this.traceStarts = new TraceStarts(connection);
        this.links = new LinkTables(connection);
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

    /**
     * Reads the filters of ids, and completes them with those that they lack: a few after a crash, all if they are
     * missing, which takes a second a million. Must be called once, when the server starts. Fails with
     * {@link dev.sentinel.audit.failure.Unavailable} if the log cannot be read.
     */
    void openFilters(EventLog log) throws SQLException {
        IdFilters filters = recentIds.indexed();
        long from = filters.open(connection);
        connection.commit();
        long end = nextSeq();
        for (long seq = from; seq < end; seq += IDS_READ) {
            if (end - from > IDS_READ) {
                LOG.info(
                        "id filters building events={}/{} effect=\"the start takes longer, once\"",
                        seq - from,
                        end - from);
            }
            readIds(log, seq, Math.min(end, seq + IDS_READ), filters);
        }
        filters.complete();
        if (from < end) {
            flush();
        }
    }

    /** Damage of the log is not that of the index. */
    private static void readIds(EventLog log, long from, long end, IdFilters filters) {
        try {
            log.readIds(from, end, filters::add);
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
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
        List<Keyed> keyed = keyed(events, agents.apply(deltas));
        List<RollupSums.Event> summed = new ArrayList<>(events.size());
        for (Keyed each : keyed) {
            summed.add(RollupSums.Event.of(each.event, each.agentKey));
            links.add(each.event, each.traceKey, each.agentKey);
        }
        rollups.add(summed, StatsQuery.minuteOf(clock.instant()));
        List<Entry> traces = sorted(keyed, each -> each.at(IndexTrees.key(each.traceKey), each.agentKey));
        writeTraceStarts(traces);
        trees.add(IndexTrees.TRACES, traces);
        trees.add(IndexTrees.TIMES, sorted(keyed, each -> each.at(Key.NONE, 0)));
        trees.add(IndexTrees.AGENTS, sorted(keyed, each -> each.at(IndexTrees.agent(each.agentKey), 0)));
        links.write(trees);
        ids.write(events, trees);
        IndexEntry last = events.get(events.size() - 1);
        updateProgress.setLong(1, last.seq() + 1);
        updateProgress.setBytes(2, Keys.bytes(last.eventId()));
        updateProgress.executeUpdate();
        commit();
        commitsInWal++;
    }

    private static List<Keyed> keyed(List<IndexEntry> events, Map<String, Long> agentKeys) {
        Map<String, UUID> traceKeys = new HashMap<>();
        List<Keyed> keyed = new ArrayList<>(events.size());
        for (IndexEntry event : events) {
            keyed.add(new Keyed(
                    event,
                    traceKeys.computeIfAbsent(event.traceId(), Keys::ofTraceId),
                    agentKeys.get(event.agentInstanceId())));
        }
        return keyed;
    }

    private static List<Entry> sorted(List<Keyed> keyed, Function<Keyed, Entry> entry) {
        return keyed.stream().map(entry).sorted(Entry.ORDER).toList();
    }

    /** @param entries in the order of traces, the newest of a trace first */
    private void writeTraceStarts(List<Entry> entries) throws SQLException {
        LsmReader before = trees.reader();
        Map<Long, Entry> starts = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            starts.put(entry.owner(), entry);
            Entry next = i + 1 < entries.size() ? entries.get(i + 1) : null;
            if (next == null || next.high() != entry.high() || next.low() != entry.low()) {
                for (Entry start : starts.values()) {
                    traceStarts.add(before, start);
                }
                starts.clear();
            }
        }
        traceStarts.write();
    }

    private void commit() throws SQLException {
        trees.finish();
        connection.commit();
        ids.committed();
    }

    /**
     * Does what should be done before the next batch, in short steps. Moves the write-ahead log into the file: in a
     * commit, queries would wait for that. Merges a part of the trees. Sums up a part of the spans that events have
     * passed, and at most as many late events as the batch may have added. The next call does the rest.
     *
     * @param added events of the batch
     */
    void keepUp(int added) throws SQLException {
        if (isMerging()) {
            merge(MERGE_NANOS + added * MERGE_NANOS_OF_AN_EVENT);
        }
        checkpointIfLarge();
        boolean more = rollups.isUrgent();
        for (int slices = rollups.slices(added); more && slices > 0; slices--) {
            sumUpSlice();
            more = rollups.isFull();
        }
    }

    private boolean isMerging() {
        return merges && trees.isBehind();
    }

    /** Of a damaged index: a merge would fail again and again, and events can still be added and mostly be found. */
    void stopMerging() {
        merges = false;
    }

    private void merge(long nanos) throws SQLException {
        trees.merge(nanos);
        commit();
    }

    private void sumUpSlice() throws SQLException {
        rollups.sumUp();
        commit();
        commitsInWal++;
        checkpointIfLarge();
    }

    /** Does not wait for readers: what they still need is moved the next time. */
    private void checkpointIfLarge() throws SQLException {
        if (commitsInWal >= CHECKPOINT_COMMITS || Sqlite.pagesToCheckpoint(connection) >= CHECKPOINT_PAGES) {
            commitsInWal = 0;
            Sqlite.checkpoint(connection, "PASSIVE");
        }
    }

    /**
     * Does a part of what is left to sum up and to merge, in one short transaction. Returns false if nothing is left.
     */
    boolean tidyUp() throws SQLException {
        if (rollups.isBehind()) {
            sumUpSlice();
        } else if (isMerging()) {
            merge(IDLE_MERGE_NANOS);
            checkpointIfLarge();
        } else {
            return false;
        }
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
        ids.writeFilters(nextSeq());
        commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
