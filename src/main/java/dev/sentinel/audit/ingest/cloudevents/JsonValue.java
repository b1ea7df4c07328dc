package dev.sentinel.audit.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.EventWriter;
import java.io.IOException;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/** Copies JSON values as text, with numbers digit for digit. Does not recurse. */
final class JsonValue {
    /** Nested levels: those of an event in which metadata nests as deeply as it may. */
    private static final int MAX_DEPTH = 33;

    private JsonValue() {}

    /**
     * The value at the parser's current token, minified, and leaves the parser at its end.
     *
     * @return null if it nests too deeply for every event
     */
    static @Nullable String copy(JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        boolean whole;
        try (JsonGenerator json = EventWriter.factory().createGenerator(text)) {
            whole = copy(parser, json);
        }
        return whole ? text.toString() : null;
    }

    private static boolean copy(JsonParser parser, JsonGenerator json) throws IOException {
        int depth = 0;
        boolean whole = true;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructStart() && depth == MAX_DEPTH) {
                whole = false;
                parser.skipChildren();
                json.writeNull();
            } else {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                copy(parser, token, json);
            }
            if (depth == 0) {
                return whole;
            }
            token = parser.nextToken();
        }
    }

    private static void copy(JsonParser parser, JsonToken token, JsonGenerator json) throws IOException {
        switch (token) {
            case START_OBJECT -> json.writeStartObject();
            case END_OBJECT -> json.writeEndObject();
            case START_ARRAY -> json.writeStartArray();
            case END_ARRAY -> json.writeEndArray();
            case FIELD_NAME -> json.writeFieldName(parser.currentName());
            case VALUE_STRING ->
                json.writeString(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.writeNumber(parser.getText());
            case VALUE_TRUE -> json.writeBoolean(true);
            case VALUE_FALSE -> json.writeBoolean(false);
            default -> json.writeNull();
        }
    }
}
