package dev.sentinel.audit.query.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events as rows of a CSV file (RFC 4180). A JSON object is written as its text. The file is exact except for the
 * apostrophes of {@link FormulaGuard}.
 */
final class CsvRows {
    private static final List<String> COLUMNS = List.of(
            EventJson.SEQ,
            EventJson.EVENT_ID,
            EventJson.TIMESTAMP,
            EventJson.RECEIVED_AT,
            EventJson.AGENT_INSTANCE_ID,
            EventJson.TRACE_ID,
            EventJson.ACTOR,
            EventJson.ACTION_TYPE,
            EventJson.RESOURCE,
            EventJson.STATUS,
            EventJson.LATENCY_MS,
            EventJson.METADATA,
            EventJson.SUBMITTED_BY,
            EventJson.REDACTED,
            EventJson.SPAN_ID,
            EventJson.PARENT_SPAN_ID,
            EventJson.SESSION_ID,
            EventJson.ON_BEHALF_OF);

    /** The first line. */
    static final String HEADER = String.join(",", COLUMNS) + "\r\n";

    private static final JsonFactory JSON = new JsonFactory();

    private CsvRows() {}

    static Buffer of(FoundEvents page) {
        StringBuilder rows =
                new StringBuilder(page.json().length() + page.json().length() / 4);
        for (int i = 0; i < page.count(); i++) {
            add(rows, page.event(i).getBytes());
        }
        return Buffer.buffer(rows.toString());
    }

    private static void add(StringBuilder rows, byte[] event) {
        @Nullable String[] cells = cells(event);
        for (int i = 0; i < cells.length; i++) {
            rows.append(i == 0 ? "" : ",");
            add(rows, cells[i]);
        }
        rows.append("\r\n");
    }

    /** What an event has, by the names of its members: texts, and objects as they are written. */
    static Map<String, String> members(byte[] event) {
        @Nullable String[] cells = cells(event);
        Map<String, String> members = new HashMap<>();
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i];
            if (cell != null) {
                members.put(COLUMNS.get(i), cell);
            }
        }
        return members;
    }

    /** Null where the event has no value. */
    private static @Nullable String[] cells(byte[] event) {
        @Nullable String[] cells = new String[COLUMNS.size()];
        try (JsonParser json = JSON.createParser(event)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                int column = COLUMNS.indexOf(json.currentName());
                String cell =
                        switch (json.nextToken()) {
                            case VALUE_NULL -> null;
                            case START_OBJECT -> object(json, event);
                            default -> json.getText();
                        };
                if (column >= 0) {
                    cells[column] = cell;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the store returned invalid JSON", e);
        }
        return cells;
    }

    /** The text of the object, unchanged. */
    private static String object(JsonParser json, byte[] event) throws IOException {
        int begin = (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        int end = (int) json.currentLocation().getByteOffset();
        return new String(event, begin, end - begin, UTF_8);
    }

    /** Writes null as an empty cell, which is unambiguous: no value of an event is an empty text. */
    private static void add(StringBuilder row, @Nullable String cell) {
        if (cell == null || cell.isEmpty()) {
            return;
        }
        String safe = FormulaGuard.guard(cell);
        if (!needsQuotes(safe)) {
            row.append(safe);
            return;
        }
        row.append('"');
        for (int i = 0; i < safe.length(); i++) {
            char c = safe.charAt(i);
            row.append(c);
            if (c == '"') {
                row.append(c);
            }
        }
        row.append('"');
    }

    private static boolean needsQuotes(String cell) {
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c == '"' || c == ',' || c == ';' || c == '\t' || c == '\r' || c == '\n') {
                return true;
            }
        }
        return false;
    }
}
