package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.Entry;
import dev.sentinel.audit.store.lsm.Key;
import dev.sentinel.audit.store.lsm.LsmWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the ids of events to their tree and to {@link IdFilters}, and forgets those in {@link RecentIds} that are old
 * enough. Runs within the transactions of {@link EventIndex}, on its thread.
 *
 * <p>A filter is large, so filters are written from time to time. After a crash they lack some ids, which are read from
 * the log.
 */
final class IdWriter {
    /** Ids after which filters are written. */
    static final int UNWRITTEN = 100_000;

    /** Ids that stay in memory although they are in the file: events that are sent twice are mostly recent ones. */
    static final int KEPT = 50_000;

    private final Connection connection;
    private final RecentIds recentIds;
    private final IdFilters filters;
    private long nextSeq;
    private long unwritten;
    private boolean filtersWritten;

    IdWriter(Connection connection, RecentIds recentIds) {
        this.connection = connection;
        this.recentIds = recentIds;
        this.filters = recentIds.indexed();
    }

    /** Writes the ids of the events that follow all others in the index. */
    void write(List<IndexEntry> events, LsmWriter trees) throws SQLException {
        List<Entry> entries = new ArrayList<>(events.size());
        for (IndexEntry event : events) {
            Key key = IndexTrees.key(event.eventId());
            entries.add(new Entry(key.high(), key.low(), 0, event.seq(), 0, 0));
            filters.add(event.eventId(), event.seq());
        }
        entries.sort(Entry.ORDER);
        trees.add(IndexTrees.IDS, entries);
        nextSeq = events.get(events.size() - 1).seq() + 1;
        unwritten += events.size();
        if (unwritten >= UNWRITTEN) {
            writeFilters(nextSeq);
        }
    }

    /**
     * Writes the filters.
     *
     * @param end of the index
     */
    void writeFilters(long end) throws SQLException {
        filters.write(connection, end);
        filtersWritten = true;
    }

    /** Must be called after each transaction has committed. */
    void committed() {
        if (filtersWritten) {
            filters.written();
            filtersWritten = false;
            unwritten = 0;
        }
        if (recentIds.size() >= 2 * KEPT) {
            recentIds.removeBefore(nextSeq - KEPT);
        }
    }
}
