package dev.sentinel.audit.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.model.EventLimits;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads messages in the JSON format: attributes and data are the members of an object. */
final class StructuredMode {
    private static final String DATA = "data";
    private static final String DATA_BASE64 = "data_base64";
    private static final String BOTH = "must not be given beside data";

    private StructuredMode() {}

    /** Reads the object at the parser's current token, and leaves the parser at its end. */
    static CloudEvent read(JsonParser parser) throws IOException {
        CloudEvent event = new CloudEvent();
        String data = null;
        String base64 = null;
        String name;
        while ((name = parser.nextFieldName()) != null) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                // The same as an absent one, except that data may be null.
                data = name.equals(DATA) ? "null" : data;
            } else if (name.equals(DATA)) {
                data = value(parser, event, data);
            } else if (name.equals(DATA_BASE64)) {
                base64 = text(parser, token, event, name);
            } else {
                attribute(parser, token, event, name);
            }
        }
        if (base64 != null && data != null) {
            event.error(CloudEvent.pointer(DATA_BASE64), BOTH);
        } else if (base64 != null && !base64.isEmpty()) {
            decode(base64, event);
        } else if (data != null) {
            event.data(data, contentType(event));
        }
        return event;
    }

    private static @Nullable String value(JsonParser parser, CloudEvent event, @Nullable String before)
            throws IOException {
        if (before != null) {
            event.error(CloudEvent.pointer(DATA), "is given twice");
        }
        String value = JsonValue.copy(parser);
        if (value == null) {
            event.error(CloudEvent.pointer(DATA), EventLimits.METADATA_TOO_DEEP);
        }
        return value;
    }

    private static @Nullable String text(JsonParser parser, JsonToken token, CloudEvent event, String name)
            throws IOException {
        if (token == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        event.notText(name);
        parser.skipChildren();
        return null;
    }

    /** The specification allows no list and no object; a producer of one must not lose its event. */
    private static void attribute(JsonParser parser, JsonToken token, CloudEvent event, String name)
            throws IOException {
        String value;
        if (Attributes.TEXTS.contains(name)) {
            value = text(parser, token, event, name);
        } else if (token.isScalarValue()) {
            value = parser.getText();
        } else {
            value = JsonValue.copy(parser);
        }
        if (value != null) {
            event.attribute(name, value);
        }
    }

    private static String contentType(CloudEvent event) {
        String type = event.attribute(Attributes.DATACONTENTTYPE);
        return type == null ? "" : type;
    }

    private static void decode(String base64, CloudEvent event) {
        String type = contentType(event);
        try {
            String json = Payload.json(Base64.getDecoder().decode(base64), type);
            if (json == null) {
                event.error(CloudEvent.pointer(DATA_BASE64), EventLimits.METADATA_TOO_DEEP);
            } else {
                event.data(json, type);
            }
        } catch (IllegalArgumentException e) {
            event.error(CloudEvent.pointer(DATA_BASE64), "must be base64 (RFC 4648, section 4)");
        } catch (MalformedJsonException e) {
            event.error(CloudEvent.pointer(DATA_BASE64), "must be JSON in UTF-8, as datacontenttype says");
        }
    }
}
