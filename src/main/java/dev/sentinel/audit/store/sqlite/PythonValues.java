package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.EventDraft;
import dev.sentinel.audit.model.EventJson;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row of the Python server's table.
 *
 * @param texts by the name of the event's field; a value that is NULL or was not read is missing
 * @param latency a number, null, or a text if the column has something else
 * @param defect the reason why the row cannot be an event, as a phrase without its values; null if there is none
 */
record PythonValues(
        Map<String, String> texts,
        @Nullable Object latency,
        @Nullable String defect) {
    private static final Pattern UUID_DIGITS = Pattern.compile("[0-9a-fA-F]{32}");

    PythonValues {
        texts = new LinkedHashMap<>(texts);
    }

    @Nullable
    String text(String field) {
        return texts.get(field);
    }

    /** The same row with another text. */
    PythonValues with(String field, String text) {
        Map<String, String> changed = new LinkedHashMap<>(texts);
        changed.put(field, text);
        return new PythonValues(changed, latency, defect);
    }

    /**
     * The JSON as a client would have sent it. Metadata that is not one JSON value is written as text, so that a reader
     * of a report sees it.
     *
     * @param cleaned removes secrets from a text
     */
    String json(boolean metadataIsJson, UnaryOperator<String> cleaned) {
        Map<String, String> clean = new LinkedHashMap<>();
        texts.forEach((field, text) -> clean.put(field, cleaned.apply(text)));
        String metadata = clean.get(EventJson.METADATA);
        boolean blank = metadata == null || metadata.isBlank();
        return new EventDraft()
                .eventId(withDashes(clean.get(EventJson.EVENT_ID)))
                .timestamp(clean.get(EventJson.TIMESTAMP))
                .agentInstanceId(clean.get(EventJson.AGENT_INSTANCE_ID))
                .traceId(clean.get(EventJson.TRACE_ID))
                // Depending on its configuration, SQLAlchemy stores the value of an enumeration or its name.
                .actor(lowerCase(clean.get(EventJson.ACTOR)))
                .actionType(lowerCase(clean.get(EventJson.ACTION_TYPE)))
                .resource(clean.get(EventJson.RESOURCE))
                .status(lowerCase(clean.get(EventJson.STATUS)))
                .latencyMs(wholeNumber(latency))
                .metadata(blank ? null : metadataIsJson ? metadata : PythonRow.quoted(metadata))
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
