package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Indexes what the log holds and the index does not, before the server takes requests. Blocking, worker threads. */
final class IndexRebuild {
    private static final Logger LOG = LoggerFactory.getLogger(IndexRebuild.class);

    /** Large, because a batch is sorted; bounded, because it is in memory: about 10 MiB of typical events. */
    private static final int BATCH = 10_000;

    private static final long REPORT_NANOS = 2_000_000_000L;

    private IndexRebuild() {}

    /**
     * Opens an index that holds all events of the log. One that turns out to be damaged when events are added is
     * replaced, like one whose damage is seen when it is opened.
     */
    static EventIndex open(SqliteFiles files, EventLog log, RecentIds recentIds, Clock clock) throws SQLException {
        EventIndex index = IndexFile.open(files, log, recentIds, clock);
        Optional<Exception> damage = catchUp(log, index, recentIds);
        if (damage.isEmpty()) {
            return index;
        }
        LOG.warn(
                "index discarded file={} reason=damaged effect=\"rebuilding it\" cause=\"{}\"",
                files.index(),
                damage.get().getMessage());
        index.close();
        files.deleteIndex();
        EventIndex rebuilt = IndexFile.open(files, log, recentIds, clock);
        damage = catchUp(log, rebuilt, recentIds);
        if (damage.isEmpty()) {
            return rebuilt;
        }
        rebuilt.close();
        throw new Unusable(
                "the index " + files.index() + " is damaged again and again, the log is not; check the disk",
                damage.get());
    }

    /** Adds what the index lacks; returns what it failed with if it is damaged. */
    private static Optional<Exception> catchUp(EventLog log, EventIndex index, RecentIds recentIds)
            throws SQLException {
        long from = index.nextSeq();
        long end = log.nextSeq();
        return from >= end ? Optional.empty() : run(log, index, recentIds, from, end);
    }

    private static Optional<Exception> run(EventLog log, EventIndex index, RecentIds recentIds, long from, long end)
            throws SQLException {
        long started = System.nanoTime();
        long reported = started;
        LOG.info("index catching up events={} of={}", end - from, end);
        long next = from;
        while (next < end) {
            List<IndexEntry> batch =
                    log.readFrom(next, BATCH).stream().map(IndexEntry::of).toList();
            batch.forEach(event -> recentIds.put(event.eventId(), event.seq()));
            Optional<Exception> damage = add(index, batch);
            if (damage.isPresent()) {
                return damage;
            }
            next += batch.size();
            long now = System.nanoTime();
            if (now - reported >= REPORT_NANOS && next < end) {
                reported = now;
                double rate = (next - from) / ((now - started) / 1e9);
                LOG.info(
                        "index catching up done={}% events={}/{} per_second={} seconds_left={}",
                        100 * next / end, next, end, (long) rate, (long) ((end - next) / rate));
            }
        }
        LOG.info("index caught up events={} ms={}", end - from, (System.nanoTime() - started) / 1_000_000);
        return Optional.empty();
    }

    /** Damage that only a write finds must not end the start. */
    private static Optional<Exception> add(EventIndex index, List<IndexEntry> batch) throws SQLException {
        try {
            index.add(batch);
            index.keepUp(batch.size());
            return Optional.empty();
        } catch (SQLException | RuntimeException e) {
            if (!IndexFile.isDamage(e)) {
                throw e;
            }
            return Optional.of(e);
        }
    }
}
