package dev.sentinel.audit.ingest.cloudevents;

import dev.sentinel.audit.event.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A message as it was sent, and what is wrong with its form. Its attributes are kept as text, as in HTTP headers, so
 * that a message is the same in every mode. One thread.
 */
final class CloudEvent {
    /** The specification names eight, and producers add a few. */
    private static final int MAX_ATTRIBUTES = 128;

    private static final String TEXT_RULE = "must be a string that is not empty";

    /** Sorted, so that a retry in another order is the same. */
    private final Map<String, String> attributes = new TreeMap<>();

    private final List<FieldError> errors = new ArrayList<>();
    private @Nullable String data;

    void attribute(String name, String value) {
        if (Attributes.TEXTS.contains(name) && value.isEmpty()) {
            notText(name);
        } else if (attributes.size() == MAX_ATTRIBUTES) {
            error("", "must not have more than " + MAX_ATTRIBUTES + " attributes");
        } else if (attributes.putIfAbsent(name, value) != null) {
            error(pointer(name), "is given twice");
        }
    }

    void notText(String name) {
        error(pointer(name), TEXT_RULE);
    }

    /**
     * Adds the data. An empty text has no form of its own in binary mode, and null has none in some clients: as data,
     * they are the same as none.
     *
     * @param json one JSON value, minified
     * @param contentType what the data is; empty for JSON
     */
    void data(String json, String contentType) {
        boolean isEmptyText = json.equals("\"\"") && !contentType.isEmpty() && !Payload.isJson(contentType);
        data = json.equals("null") || isEmptyText ? null : json;
    }

    /** An error that the message has already is not repeated. */
    void error(String pointer, String detail) {
        FieldError error = new FieldError(pointer, detail);
        if (!errors.contains(error)) {
            errors.add(error);
        }
    }

    static String pointer(String name) {
        return '/' + name.replace("~", "~0").replace("/", "~1");
    }

    @Nullable
    String attribute(String name) {
        return attributes.get(name);
    }

    /** Of an attribute without which the message has an error. */
    String required(String name) {
        return attributes.getOrDefault(name, "");
    }

    Map<String, String> attributes() {
        return attributes;
    }

    /** The data as a minified JSON value; null if there is none. */
    @Nullable
    String data() {
        return data;
    }

    List<FieldError> errors() {
        return errors;
    }
}
