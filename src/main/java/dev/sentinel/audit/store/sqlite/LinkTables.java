package dev.sentinel.audit.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
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
    /** An entry of the table: one event under one of its links. */
    private record Entry(UUID linkKey, long ts, long seq, int kind, long agentKey) {}

    private record SessionTrace(UUID sessionKey, UUID traceKey, long agentKey) {}

    private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::linkKey, Keys.ORDER)
            .thenComparingLong(Entry::ts)
            .thenComparingLong(Entry::seq);

    private final PreparedStatement insertByLink;
    private final PreparedStatement insertSessionTrace;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<SessionTrace> sessionTraces = new HashSet<>();

    LinkTables(Connection index) throws SQLException {
        this.insertByLink = index.prepareStatement("INSERT INTO by_link VALUES (?,?,?,?,?)");
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
        entries.add(new Entry(linkKey, event.ts(), event.seq(), event.kind(), agentKey));
    }

    /** Writes what was collected, and forgets it, also after a failure. */
    void write() throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        try {
            entries.sort(ORDER);
            for (Entry entry : entries) {
                insertByLink.setBytes(1, Keys.bytes(entry.linkKey));
                insertByLink.setLong(2, entry.ts);
                insertByLink.setLong(3, entry.seq);
                insertByLink.setInt(4, entry.kind);
                insertByLink.setLong(5, entry.agentKey);
                insertByLink.addBatch();
            }
            insertByLink.executeBatch();
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
