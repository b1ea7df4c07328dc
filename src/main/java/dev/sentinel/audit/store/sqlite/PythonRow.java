package dev.sentinel.audit.store.sqlite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.sentinel.audit.model.EventJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A row of the Python server's table as the JSON of an event. It does not judge the values; only the metadata is looked
 * at, because it is text that becomes part of the JSON and must not be able to become anything else.
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

    /** Its attribute could not be called metadata in SQLAlchemy, and in some versions its column neither. */
    private static final List<String> METADATA = List.of("metadata", "event_metadata");

    /** Far beyond what an event may have, with all white space. What is longer need not be read to be refused. */
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

    /** Of a table with these columns, in lower case; null if it is of another program. */
    static @Nullable PythonRow of(Set<String> columns) {
        if (!columns.containsAll(REQUIRED)) {
            return null;
        }
        return new PythonRow(
                METADATA.stream().filter(columns::contains).findFirst().orElse(null),
                columns.contains(EventJson.LATENCY_MS));
    }

    /** The statement that selects rows from one position to before another. */
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

    /** Why the row cannot be written as JSON; null if it can. */
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

    /** As a client would have sent it. Call {@link #defect} first. */
    String json(ResultSet row) throws SQLException {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            text(json, EventJson.EVENT_ID, withDashes(row.getString(2)));
            text(json, EventJson.TIMESTAMP, row.getString(3));
            text(json, EventJson.AGENT_INSTANCE_ID, row.getString(4));
            text(json, EventJson.TRACE_ID, row.getString(5));
            // SQLAlchemy stores the value of an enumeration or its name, as it is told.
            text(json, EventJson.ACTOR, lowerCase(row.getString(6)));
            text(json, EventJson.ACTION_TYPE, lowerCase(row.getString(7)));
            text(json, EventJson.RESOURCE, row.getString(8));
            text(json, EventJson.STATUS, lowerCase(row.getString(9)));
            latency(json, row.getObject(10));
            String value = row.getString(11);
            if (value != null && !value.isBlank()) {
                json.writeFieldName(EventJson.METADATA);
                json.writeRawValue(value);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static void latency(JsonGenerator json, @Nullable Object value) throws IOException {
        json.writeFieldName(EventJson.LATENCY_MS);
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Double real && real == Math.rint(real)) {
            // A column of type FLOAT.
            json.writeNumber(real.longValue());
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else {
            json.writeString(value.toString());
        }
    }

    private static @Nullable String lowerCase(@Nullable String value) {
        return value == null ? null : value.toLowerCase(Locale.ROOT);
    }

    /** SQLAlchemy's type Uuid stores the digits only. */
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
