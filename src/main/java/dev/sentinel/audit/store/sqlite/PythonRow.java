package dev.sentinel.audit.store.sqlite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sentinel.audit.event.EventDraft;
import dev.sentinel.audit.model.EventJson;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a row of the Python server's table into the JSON of an event. It does not validate the values, except metadata:
 * that text becomes part of the JSON, so it must be exactly one JSON value.
 */
final class PythonRow {
    private static final List<String> REQUIRED = List.of(
            EventJson.EVENT_ID,
            EventJson.TIMESTAMP,
            EventJson.AGENT_INSTANCE_ID,
            EventJson.TRACE_ID,
            EventJson.ACTOR,
            EventJson.ACTION_TYPE,
            EventJson.RESOURCE,
            EventJson.STATUS);

    /** SQLAlchemy reserves the attribute name metadata, so some versions named the column differently. */
    private static final List<String> METADATA = List.of("metadata", "event_metadata");

    /** Far more than an event may have, including white space. Longer values are refused without reading them. */
    private static final int MAX_METADATA_BYTES = 1 << 20;

    private static final int MAX_TEXT = 2_000;
    private static final Pattern UUID_DIGITS = Pattern.compile("[0-9a-fA-F]{32}");
    private static final JsonFactory JSON = new JsonFactory();

    private final @Nullable String metadata;
    private final boolean latency;

    private PythonRow(@Nullable String metadata, boolean latency) {
        this.metadata = metadata;
        this.latency = latency;
    }

    /** For a table with these columns, in lower case; null if the table belongs to another program. */
    static @Nullable PythonRow of(Set<String> columns) {
        if (!columns.containsAll(REQUIRED)) {
            return null;
        }
        return new PythonRow(
                METADATA.stream().filter(columns::contains).findFirst().orElse(null),
                columns.contains(EventJson.LATENCY_MS));
    }

    /** The statement that selects rows from a position to before another one. */
    String select(int limit) {
        StringBuilder sql = new StringBuilder("SELECT rowid");
        REQUIRED.forEach(column -> sql.append(", substr(")
                .append(column)
                .append(", 1, ")
                .append(MAX_TEXT)
                .append(')'));
        sql.append(latency ? ", latency_ms" : ", NULL");
        sql.append(
                metadata == null
                        ? ", NULL, 0"
                        : ", CASE WHEN octet_length(%1$s) <= %2$d THEN %1$s END, coalesce(octet_length(%1$s), 0)"
                                .formatted(metadata, MAX_METADATA_BYTES));
        return sql.append(" FROM audit_events WHERE rowid >= ? AND rowid < ? ORDER BY rowid LIMIT ")
                .append(limit)
                .toString();
    }

    /** The reason why the row cannot be written as JSON; null if it can. */
    @Nullable
    String defect(ResultSet row) throws SQLException {
        if (row.getLong(12) > MAX_METADATA_BYTES) {
            return "/metadata is longer than an event may be";
        }
        String text = row.getString(11);
        return text == null || text.isBlank() || isOneValue(text) ? null : "/metadata is not valid JSON";
    }

    private static boolean isOneValue(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** The JSON as a client would have sent it. Call {@link #defect} first. */
    String json(ResultSet row) throws SQLException {
        String metadataJson = row.getString(11);
        return new EventDraft()
                .eventId(withDashes(row.getString(2)))
                .timestamp(row.getString(3))
                .agentInstanceId(row.getString(4))
                .traceId(row.getString(5))
                // Depending on its configuration, SQLAlchemy stores the value of an enumeration or its name.
                .actor(lowerCase(row.getString(6)))
                .actionType(lowerCase(row.getString(7)))
                .resource(row.getString(8))
                .status(lowerCase(row.getString(9)))
                .latencyMs(wholeNumber(row.getObject(10)))
                .metadata(metadataJson == null || metadataJson.isBlank() ? null : metadataJson)
                .toJson();
    }

    /** A column of type FLOAT may hold whole numbers. */
    private static @Nullable Object wholeNumber(@Nullable Object value) {
        return value instanceof Double real && real == Math.rint(real) ? real.longValue() : value;
    }

    private static @Nullable String lowerCase(@Nullable String value) {
        return value == null ? null : value.toLowerCase(Locale.ROOT);
    }

    /** SQLAlchemy's type Uuid stores only the digits. */
    private static @Nullable String withDashes(@Nullable String id) {
        return id == null || !UUID_DIGITS.matcher(id).matches()
                ? id
                : String.join(
                        "-",
                        id.substring(0, 8),
                        id.substring(8, 12),
                        id.substring(12, 16),
                        id.substring(16, 20),
                        id.substring(20));
    }
}
