package dev.sentinel.audit.store.sqlite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sentinel.audit.model.EventJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of the Python server's table. It does not validate the values, except metadata: that text becomes part of
 * JSON, so it must be exactly one JSON value.
 *
 * <p>Texts are read as bytes and decoded here: SQLite's functions end a text at a NUL, and its driver replaces what is
 * not UTF-8, so an event would change without notice.
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

    /** Far more than any field may have, including white space. Longer values are refused without reading them. */
    private static final int MAX_BYTES = 1 << 20;

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
        StringBuilder sql = new StringBuilder("SELECT rowid, ");
        sql.append(
                latency
                        ? "CASE WHEN typeof(latency_ms) IN ('integer', 'real', 'null') THEN latency_ms ELSE 'text' END"
                        : "NULL");
        REQUIRED.forEach(column -> sql.append(bytesOf(column)));
        sql.append(metadata == null ? ", NULL, 0" : bytesOf(metadata));
        return sql.append(" FROM audit_events WHERE rowid >= ? AND rowid < ? ORDER BY rowid LIMIT ")
                .append(limit)
                .toString();
    }

    private static String bytesOf(String column) {
        return ", CASE WHEN octet_length(%1$s) <= %2$d THEN CAST(%1$s AS BLOB) END, coalesce(octet_length(%1$s), 0)"
                .formatted(column, MAX_BYTES);
    }

    /**
     * The values of the current row.
     *
     * @param encoding that of the database
     */
    PythonValues values(ResultSet row, Charset encoding) throws SQLException {
        Map<String, String> texts = new LinkedHashMap<>();
        List<String> defects = new ArrayList<>();
        List<String> fields = new ArrayList<>(REQUIRED);
        fields.add(EventJson.METADATA);
        int column = 3;
        for (String field : fields) {
            byte[] bytes = row.getBytes(column);
            if (row.getLong(column + 1) > MAX_BYTES) {
                defects.add("/" + field + " is longer than an event may be");
            } else if (bytes != null) {
                String text = decoded(bytes, encoding);
                if (text == null) {
                    defects.add("/" + field + " is not valid " + encoding.name());
                    text = new String(bytes, encoding);
                } else if (text.indexOf('\0') >= 0) {
                    defects.add("/" + field + " has a NUL character");
                } else if (field.equals(EventJson.METADATA) && !text.isBlank() && !isOneValue(text)) {
                    defects.add("/metadata is not valid JSON");
                }
                texts.put(field, text);
            }
            column += 2;
        }
        return new PythonValues(texts, row.getObject(2), defects.isEmpty() ? null : String.join("; ", defects));
    }

    private static @Nullable String decoded(byte[] bytes, Charset encoding) {
        try {
            return encoding.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    static boolean isOneValue(String text) {
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

    /** A text as a JSON string. */
    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
