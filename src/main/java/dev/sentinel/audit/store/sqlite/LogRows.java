package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.StoredTexts;
import dev.sentinel.audit.model.EventLimits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the rows of a log are events that this server could have stored. Holds one row at a time, and none that
 * is too large. Blocking.
 */
final class LogRows {
    private static final int BYTES_OF_CHARACTER = 4;

    /** More than the names of any value, and than a time or an id. */
    private static final int MAX_SHORT = 64;

    /** The lists of redacted places had no limit of their own in the first versions. */
    private static final int MAX_REDACTED = 8 << 20;

    private static final String[] TEXTS = {
        "event_id",
        "timestamp",
        "agent_instance_id",
        "trace_id",
        "actor",
        "action_type",
        "resource",
        "status",
        "metadata",
        "received_at"
    };

    private static final String[] LINKS = {"span_id", "parent_span_id", "session_id", "on_behalf_of"};

    private static final String[] SEALS = {"resource_seal", "metadata_seal", "links_seal"};

    private static final int METADATA = 11;
    private static final int REDACTED = 14;

    /** Which seals an event has does not matter here. */
    private static final LegacyKey ANY = LegacyKey.random();

    private final Connection connection;
    private final String columns;

    /** @param version the version of the log's schema */
    LogRows(Connection connection, long version) {
        this.connection = connection;
        this.columns = LogSchema.columns(version);
    }

    /** The position of the first row of these that is not such an event; empty if all are. */
    Optional<Long> firstBad(long from, long to) throws SQLException {
        Optional<Long> bad = firstOfOtherSize(from, to);
        return firstUnreadable(from, bad.orElse(to)).or(() -> bad);
    }

    /** SQLite knows the types and sizes of values without reading them. */
    private Optional<Long> firstOfOtherSize(long from, long to) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT seq FROM (SELECT " + columns
                + " FROM audit_events WHERE seq >= ? AND seq < ?) WHERE typeof(latency_ms) NOT IN ('integer', 'null')"
                + " OR latency_ms < 0 OR latency_ms > 2147483647");
        for (String column : TEXTS) {
            sql.append(" OR typeof(%1$s) <> 'text' OR octet_length(%1$s) > %2$d".formatted(column, limit(column)));
        }
        sql.append(" OR typeof(submitted_by) NOT IN ('text', 'null') OR octet_length(submitted_by) > ")
                .append(limit("submitted_by"))
                .append(" OR typeof(redacted) NOT IN ('text', 'null') OR octet_length(redacted) > ")
                .append(MAX_REDACTED);
        for (String link : LINKS) {
            sql.append(" OR typeof(%1$s) NOT IN ('text', 'null') OR octet_length(%1$s) > %2$d"
                    .formatted(link, limit(link)));
        }
        // An event whose links nothing hides would have no leaf.
        sql.append(" OR (coalesce(session_id, on_behalf_of) IS NOT NULL AND links_seal IS NULL)");
        for (String seal : SEALS) {
            sql.append(" OR (%1$s IS NOT NULL AND (typeof(%1$s) <> 'blob' OR octet_length(%1$s) NOT IN (16, 32)))"
                    .formatted(seal));
        }
        try (PreparedStatement select = connection.prepareStatement(sql + " ORDER BY seq LIMIT 1")) {
            select.setLong(1, from);
            select.setLong(2, to);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
        }
    }

    private static int limit(String column) {
        return switch (column) {
            case "metadata" -> EventLimits.MAX_METADATA_BYTES;
            case "resource" -> EventLimits.MAX_RESOURCE * BYTES_OF_CHARACTER;
            case "agent_instance_id", "trace_id", "submitted_by", "session_id", "on_behalf_of" ->
                EventLimits.MAX_ID * BYTES_OF_CHARACTER;
            default -> MAX_SHORT;
        };
    }

    private Optional<Long> firstUnreadable(long from, long to) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + columns + " FROM audit_events WHERE seq >= ? AND seq < ? ORDER BY seq")) {
            select.setLong(1, from);
            select.setLong(2, to);
            try (ResultSet row = select.executeQuery()) {
                long expected = from;
                while (row.next()) {
                    if (row.getLong(1) != expected || !isEvent(row)) {
                        return Optional.of(expected);
                    }
                    expected++;
                }
                return expected == to ? Optional.empty() : Optional.of(expected);
            }
        }
    }

    private static boolean isEvent(ResultSet row) throws SQLException {
        for (int column = 2; column < EventRow.LINKS_SEAL; column++) {
            boolean text =
                    column != EventRow.LATENCY && column != EventRow.RESOURCE_SEAL && column != EventRow.METADATA_SEAL;
            byte[] bytes = text ? row.getBytes(column) : null;
            boolean json = column == METADATA || column == REDACTED;
            if (bytes != null && !(json ? StoredTexts.isObject(bytes) : StoredTexts.isText(bytes))) {
                return false;
            }
        }
        try {
            AuditEvent event = EventRow.read(row, ANY).event();
            // An id in another spelling would be stored as one event and found as another.
            return event.eventId().toString().equals(row.getString(2))
                    && !event.agentInstanceId().isEmpty()
                    && !event.traceId().isEmpty()
                    && isSpanId(event.submittedBy())
                    && isSpanId(event.links().spanId())
                    && isSpanId(event.links().parentSpanId());
        } catch (NullPointerException | IllegalArgumentException e) {
            return false;
        }
    }

    /** It is written into the JSON of answers as it is, like the id of a key. */
    private static boolean isSpanId(@Nullable String text) {
        return text == null
                || (!text.isEmpty()
                        && text.length() <= EventLimits.MAX_SPAN_ID
                        && text.chars().allMatch(c -> EventLimits.isOfSpanId((char) c)));
    }
}
