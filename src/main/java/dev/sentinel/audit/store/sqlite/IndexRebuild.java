package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Indexes what the log holds and the index does not, before the server takes requests. Blocking, worker threads. */
final class IndexRebuild {
    private static final Logger LOG = LoggerFactory.getLogger(IndexRebuild.class);

    /** Large, because a batch is sorted; bounded, because it is in memory: about 10 MiB of typical events. */
    private static final int BATCH = 10_000;

    private static final long REPORT_NANOS = 2_000_000_000L;

    private IndexRebuild() {}

    /** Returns the number of events that both files hold afterwards. */
    static long catchUp(Path file, EventLog log, EventIndex index, RecentIds recentIds) throws SQLException {
        long from = index.nextSeq();
        long end = log.nextSeq();
        if (from < end) {
            run(file, log, index, recentIds, from, end);
        }
        return end;
    }

    private static void run(Path file, EventLog log, EventIndex index, RecentIds recentIds, long from, long end)
            throws SQLException {
        long started = System.nanoTime();
        long reported = started;
        LOG.info("index catching up events={} of={}", end - from, end);
        long next = from;
        while (next < end) {
            List<IndexEntry> batch =
                    log.readFrom(next, BATCH).stream().map(IndexEntry::of).toList();
            batch.forEach(event -> recentIds.put(event.eventId(), event.seq()));
            add(file, index, batch);
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
    }

    /** Damage that only a write finds must not end every start. */
    private static void add(Path file, EventIndex index, List<IndexEntry> batch) throws SQLException {
        try {
            index.add(batch);
            index.keepUp(batch.size());
        } catch (SQLException | RuntimeException e) {
            if (IndexFile.isDamage(e)) {
                index.markForRebuild();
                index.close();
                throw new Unusable(
                        "the index " + file + " is damaged, the log is not; start again to rebuild the index", e);
            }
            throw e;
        }
    }
}
