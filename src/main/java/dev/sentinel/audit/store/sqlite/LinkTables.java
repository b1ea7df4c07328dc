package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.Entry;
import dev.sentinel.audit.store.lsm.Key;
import dev.sentinel.audit.store.lsm.LsmWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the orders by session and by whom an agent acts for. Events without links cost nothing. Blocking; belongs to
 * the index writer.
 */
final class LinkTables {
    private record SessionTrace(UUID sessionKey, UUID traceKey, long agentKey) {}

    private final PreparedStatement insertSessionTrace;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<SessionTrace> sessionTraces = new HashSet<>();

    LinkTables(Connection index) throws SQLException {
        this.insertSessionTrace = index.prepareStatement("INSERT OR IGNORE INTO session_traces VALUES (?,?,?)");
    }

    /** Collects the entries of an event. */
    void add(IndexEntry event, UUID traceKey, long agentKey) {
        @Nullable String sessionId = event.sessionId();
        if (sessionId != null) {
            UUID sessionKey = Keys.ofSession(sessionId);
            add(sessionKey, event, agentKey);
            sessionTraces.add(new SessionTrace(sessionKey, traceKey, agentKey));
        }
        @Nullable String onBehalfOf = event.onBehalfOf();
        if (onBehalfOf != null) {
            add(Keys.ofPrincipal(onBehalfOf), event, agentKey);
        }
    }

    private void add(UUID linkKey, IndexEntry event, long agentKey) {
        Key key = IndexTrees.key(linkKey);
        entries.add(new Entry(key.high(), key.low(), event.ts(), event.seq(), event.kind(), agentKey));
    }

    /** Writes what was collected, and forgets it, also after a failure. */
    void write(LsmWriter trees) throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        try {
            entries.sort(Entry.ORDER);
            trees.add(IndexTrees.LINKS, entries);
            for (SessionTrace trace : sessionTraces) {
                insertSessionTrace.setBytes(1, Keys.bytes(trace.sessionKey));
                insertSessionTrace.setBytes(2, Keys.bytes(trace.traceKey));
                insertSessionTrace.setLong(3, trace.agentKey);
                insertSessionTrace.addBatch();
            }
            insertSessionTrace.executeBatch();
        } finally {
            entries.clear();
            sessionTraces.clear();
        }
    }
}
