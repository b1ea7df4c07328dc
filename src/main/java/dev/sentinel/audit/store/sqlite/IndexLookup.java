package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.lsm.LsmCache;
import dev.sentinel.audit.store.lsm.LsmReader;
import dev.sentinel.audit.store.lsm.LsmSchema;
import dev.sentinel.audit.store.lsm.Range;
import dev.sentinel.audit.store.lsm.Walk;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** The log writer's read access to the index: finds the positions of events. Blocking, one worker thread. */
final class IndexLookup implements AutoCloseable {
    private final Connection connection;
    private final RecentIds recentIds;
    private final LsmReader trees;
    private long treeLookups;

    private IndexLookup(Connection connection, RecentIds recentIds, LsmCache cache) throws SQLException {
        this.connection = connection;
        this.recentIds = recentIds;
        connection.setAutoCommit(false);
        this.trees = new LsmReader(connection, cache);
    }

    static IndexLookup open(Path index, RecentIds recentIds, LsmCache cache) throws SQLException {
        return new IndexLookup(Sqlite.openReader(index), recentIds, cache);
    }

    /**
     * The positions of those events that are indexed, by id. A call uses one snapshot of what the index has committed:
     * a snapshot per event would cost as much as the look-up itself.
     *
     * <p>Looks in {@link RecentIds} first: ids leave it only after they were written to the file, so an id is always in
     * at least one of the two. Most ids are new, and the filters say so; they are asked after RecentIds, as
     * {@link IdFilters} requires.
     */
    Map<UUID, Long> seqsOf(List<AuditEvent> events) throws SQLException {
        Map<UUID, Long> seqs = new HashMap<>();
        List<UUID> missing = new ArrayList<>();
        for (AuditEvent event : events) {
            UUID id = event.eventId();
            OptionalLong recent = recentIds.seqOf(id);
            if (recent.isPresent()) {
                seqs.put(id, recent.getAsLong());
            } else if (recentIds.indexed().mayContain(id)) {
                missing.add(id);
            }
        }
        if (missing.isEmpty()) {
            return seqs;
        }
        treeLookups += missing.size();
        try {
            trees.open(Sqlite.queryLong(connection, LsmSchema.VERSION));
            for (UUID id : missing) {
                Walk walk = trees.walk(IndexTrees.IDS, IndexTrees.key(id), Range.all(true));
                if (walk.next()) {
                    seqs.put(id, walk.seq());
                }
            }
            return seqs;
        } finally {
            connection.commit();
        }
    }

    /** How many ids were looked up in the tree; for tests. */
    long treeLookups() {
        return treeLookups;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
