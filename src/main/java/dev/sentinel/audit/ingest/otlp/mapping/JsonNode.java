package dev.sentinel.audit.ingest.otlp.mapping;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.EventWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metadata as a tree, for the few events whose metadata is too large. Recurses as deep as it nests before it is cut.
 */
sealed interface JsonNode {
    /** An object; its members can be replaced. */
    record Members(Map<String, JsonNode> members) implements JsonNode {}

    /** An array; its elements can be replaced. */
    record Elements(List<JsonNode> elements) implements JsonNode {}

    /** A string. */
    record Str(String text) implements JsonNode {}

    /** A number or a literal, as it is spelled. */
    record Literal(String json) implements JsonNode {}

    /** The tree of a text that is exactly one value. */
    static JsonNode parse(String json) {
        try (JsonParser parser = Arguments.parser(json)) {
            return read(parser, parser.nextToken());
        } catch (IOException e) {
            throw new UncheckedIOException("metadata is JSON", e);
        }
    }

    private static JsonNode read(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> {
                Map<String, JsonNode> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    members.put(name, read(parser, parser.nextToken()));
                }
                return new Members(members);
            }
            case START_ARRAY -> {
                List<JsonNode> elements = new ArrayList<>();
                for (JsonToken next; (next = parser.nextToken()) != JsonToken.END_ARRAY; ) {
                    elements.add(read(parser, next));
                }
                return new Elements(elements);
            }
            case VALUE_STRING -> {
                return new Str(parser.getText());
            }
            default -> {
                return new Literal(parser.getText());
            }
        }
    }

    /** Minified. */
    default String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = EventWriter.factory().createGenerator(text)) {
            write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    private void write(JsonGenerator json) throws IOException {
        if (this instanceof Members object) {
            json.writeStartObject();
            for (Map.Entry<String, JsonNode> member : object.members.entrySet()) {
                json.writeFieldName(member.getKey());
                member.getValue().write(json);
            }
            json.writeEndObject();
        } else if (this instanceof Elements array) {
            json.writeStartArray();
            for (JsonNode element : array.elements) {
                element.write(json);
            }
            json.writeEndArray();
        } else if (this instanceof Str string) {
            json.writeString(string.text);
        } else if (this instanceof Literal literal) {
            json.writeRawValue(literal.json);
        }
    }

    /** Bytes of UTF-8 of {@link #toJson}. */
    default int size() {
        if (this instanceof Members object) {
            int size = 2 + Math.max(object.members.size() - 1, 0);
            for (Map.Entry<String, JsonNode> member : object.members.entrySet()) {
                size += quotedSize(member.getKey()) + 1 + member.getValue().size();
            }
            return size;
        }
        if (this instanceof Elements array) {
            int size = 2 + Math.max(array.elements.size() - 1, 0);
            for (JsonNode element : array.elements) {
                size += element.size();
            }
            return size;
        }
        return this instanceof Str string ? quotedSize(string.text) : ((Literal) this).json.length();
    }

    private static int quotedSize(String text) {
        int size = 2 + StorableText.utf8Length(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                size++;
            } else if (c < ' ') {
                size += c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f' ? 1 : 5;
            }
        }
        return size;
    }
}
