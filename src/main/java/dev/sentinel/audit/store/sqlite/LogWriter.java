package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.Seal;
import dev.sentinel.audit.event.Sealer;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.LogIdentity;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.lsm.LsmCache;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which events are new, assigns their positions and makes them durable. Blocking, one worker thread.
 *
 * <p>After a failure it discards its state: before the next write it reopens the file and reads what the file holds,
 * which shows whether the failed commit happened.
 */
final class LogWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final Duration BACKLOG_WAIT = Duration.ofSeconds(5);

    /** 64 MiB of write-ahead log. Beyond it, the writer finishes what the background checkpoints have not finished. */
    private static final long MAX_WAL_PAGES = 16_384;

    private static final int REREAD_EVENTS = 1_000;

    /** A write that takes longer counts as hung. Longer than the wait for the index. */
    private static final long HUNG_AFTER_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long IDLE = Long.MIN_VALUE;

    private final SqliteFiles files;
    private final LogIdentity identity;
    private final RecentIds recentIds;
    private final LsmCache indexCache;
    private final RecentLeaves recentLeaves;
    private final IndexBacklog backlog;
    private final Checkpointer checkpointer;
    private final EventContent content;
    private final Clock clock;
    private final SharedTexts texts = new SharedTexts();
    private final Sealer sealer = new Sealer();
    private final Leaf leaf = new Leaf();
    private final OutageLog checkpointOutage = OutageLog.warn(
            LOG,
            "checkpoint failed file=log reason=\"{}\" effect=\"the write-ahead log grows\"",
            "checkpoints work again file=log");
    private @Nullable EventLog log;
    private @Nullable IndexLookup lookup;
    private long nextSeq;
    private boolean syncFailed;
    private volatile boolean writable = true;
    private volatile long busySince = IDLE;
    private boolean indexDamageSeen;

    LogWriter(
            SqliteFiles files,
            LogIdentity identity,
            RecentIds recentIds,
            LsmCache indexCache,
            RecentLeaves recentLeaves,
            IndexBacklog backlog,
            Checkpointer checkpointer,
            EventContent content,
            Clock clock) {
        this.files = files;
        this.identity = identity;
        this.recentIds = recentIds;
        this.indexCache = indexCache;
        this.recentLeaves = recentLeaves;
        this.backlog = backlog;
        this.checkpointer = checkpointer;
        this.content = content;
        this.clock = clock;
        this.nextSeq = backlog.committed();
    }

    /** Whether the last write succeeded and no write hangs on an unresponsive disk. Any thread. */
    boolean writable() {
        long since = busySince;
        return writable && (since == IDLE || System.nanoTime() - since < HUNG_AFTER_NANOS);
    }

    /** True once after a look-up found damage in the index. */
    boolean takeIndexDamage() {
        boolean seen = indexDamageSeen;
        indexDamageSeen = false;
        return seen;
    }

    /** Appends with the guarantees of {@link dev.sentinel.audit.store.EventStore#append}; throws {@link Failure}. */
    List<Outcome> append(List<AuditEvent> events) {
        awaitCapacity();
        busySince = System.nanoTime();
        try {
            EventLog open = openLog();
            List<StoredEvent> fresh = new ArrayList<>(events.size());
            List<Outcome> outcomes = decide(events, open, fresh);
            if (!fresh.isEmpty()) {
                open.append(fresh);
                handOnLeaves(outcomes);
                committed(fresh);
                finishCheckpoint();
            }
            writable = true;
            return outcomes;
        } catch (SQLException e) {
            throw failed(e);
        } catch (Failure e) {
            throw e;
        } catch (RuntimeException e) {
            // Such as a row that is no event, because somebody else has changed it.
            close();
            throw new Unavailable("an event of the log cannot be read", e);
        } finally {
            busySince = IDLE;
        }
    }

    /** Performs a durable write that changes no event; throws {@link Failure}. */
    void probe() {
        write(EventLog::probe);
    }

    /** Records the highest number of a signed log that was begun; throws {@link Failure}. */
    void beginNumber(int number) {
        write(open -> open.beginNumber(number));
    }

    /** A write that stores no event. */
    @FunctionalInterface
    private interface Change {
        void in(EventLog open) throws SQLException;
    }

    private void write(Change change) {
        busySince = System.nanoTime();
        try {
            change.in(openLog());
            writable = true;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            busySince = IDLE;
        }
    }

    private void awaitCapacity() {
        try {
            if (!backlog.awaitCapacity(BACKLOG_WAIT)) {
                throw new Overloaded("the index is behind the log");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("shutting down", e);
        }
    }

    private List<Outcome> decide(List<AuditEvent> events, EventLog open, List<StoredEvent> fresh) throws SQLException {
        Instant now = Timestamps.now(clock);
        Map<UUID, Long> seqs = seqsOf(events);
        Map<UUID, StoredEvent> added = new HashMap<>();
        List<Outcome> outcomes = new ArrayList<>(events.size());
        Iterator<Seal> seals = sealer.draw(events).iterator();
        for (AuditEvent event : events) {
            Seal seal = seals.next();
            // One at a time: the stored events can be a hundred times as large as those that were sent.
            StoredEvent stored = known(event.eventId(), added, seqs, open);
            if (stored == null) {
                StoredEvent first = new StoredEvent(nextSeq + fresh.size(), now, event, seal);
                fresh.add(first);
                added.put(event.eventId(), first);
                outcomes.add(new Outcome.Captured(first.seq(), now, leaf.hash(first)));
            } else if (content.same(event, stored)) {
                outcomes.add(new Outcome.Duplicate(stored.seq(), stored.receivedAt(), leaf.hash(stored)));
            } else {
                outcomes.add(new Outcome.Conflict(stored.event().agentInstanceId()));
            }
        }
        return outcomes;
    }

    /** The event with this id that precedes in the batch or is stored; null if there is none. */
    private static @Nullable StoredEvent known(
            UUID id, Map<UUID, StoredEvent> added, Map<UUID, Long> seqs, EventLog open) throws SQLException {
        StoredEvent preceding = added.get(id);
        Long seq = seqs.get(id);
        if (preceding != null || seq == null) {
            return preceding;
        }
        return open.read(seq)
                .orElseThrow(() -> new Unavailable("the index refers to event " + seq + ", which is not in the log"));
    }

    private Map<UUID, Long> seqsOf(List<AuditEvent> events) throws SQLException {
        try {
            if (lookup == null) {
                lookup = IndexLookup.open(files.index(), recentIds, indexCache);
            }
            return lookup.seqsOf(events);
        } catch (SQLException | RuntimeException e) {
            indexDamageSeen |= IndexFile.isDamage(e);
            throw e instanceof SQLException sql ? sql : new SQLException("the index is damaged", e);
        }
    }

    private EventLog openLog() throws SQLException {
        if (log != null) {
            return log;
        }
        if (syncFailed) {
            // After a failed fsync the kernel may report pages as clean that never reached the disk. Copying the
            // write-ahead log into the database writes and syncs everything again.
            checkpointer.run("TRUNCATE");
            syncFailed = false;
        }
        EventLog opened = EventLog.reopen(files.log(), identity);
        log = opened;
        long held = opened.nextSeq();
        while (nextSeq < held) {
            List<StoredEvent> unknown = opened.readFrom(nextSeq, REREAD_EVENTS);
            committed(unknown);
        }
        return opened;
    }

    /** Before the events are known to be committed, so that a reader who knows them finds their leaves. */
    private void handOnLeaves(List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Captured captured) {
                recentLeaves.add(captured.seq(), captured.leafHash());
            }
        }
    }

    /** Publishes the ids first: a query that sees events in the backlog may look them up by id. */
    private void committed(List<StoredEvent> events) {
        events.forEach(stored -> recentIds.put(stored.event().eventId(), stored.seq()));
        backlog.add(events.stream().map(stored -> IndexEntry.of(stored, texts)).toList());
        nextSeq += events.size();
    }

    private void finishCheckpoint() {
        if (checkpointer.walPages() > MAX_WAL_PAGES) {
            try {
                checkpointer.run("PASSIVE");
                checkpointOutage.succeeded();
            } catch (SQLException e) {
                checkpointOutage.failed(Sqlite.reason(e));
            }
        }
    }

    private Failure failed(SQLException cause) {
        writable = false;
        syncFailed |= Sqlite.isSyncFailure(cause);
        close();
        return Sqlite.unavailable(cause);
    }

    @Override
    public void close() {
        closeQuietly(log);
        closeQuietly(lookup);
        log = null;
        lookup = null;
    }

    private static void closeQuietly(@Nullable AutoCloseable resource) {
        if (resource != null) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.debug("close failed", e);
            }
        }
    }
}
