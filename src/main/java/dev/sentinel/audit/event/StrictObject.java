package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.model.MemberNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the object of a request body that is not an event, as strictly as {@link EventReader} reads events: of two
 * members with one name, another reader may take the one that was not checked here. One body; one thread.
 */
public final class StrictObject {
    /** Shared because it is costly to create and keeps no state between parsers. */
    private static final JsonFactory FACTORY = StrictJson.factory();

    /** No body of the interface nests deeper than three levels. */
    private static final int MAX_DEPTH = 8;

    private static final int MAX_ERRORS = 20;

    private final JsonParser parser;
    private final List<FieldError> errors;

    private StrictObject(JsonParser parser, List<FieldError> errors) {
        this.parser = parser;
        this.errors = errors;
    }

    /**
     * The members of the object: strings, numbers as {@link Double}, booleans, nulls, and modifiable lists and maps of
     * them. Of members with one name, the first.
     *
     * @param errors gets what is wrong within the object; the members are good only if that is nothing
     * @return null if the body is JSON, but no object
     * @throws MalformedJsonException if the body is not exactly one JSON value in UTF-8
     */
    public static @Nullable Map<String, @Nullable Object> read(byte[] body, List<FieldError> errors)
            throws MalformedJsonException {
        try (JsonParser parser = FACTORY.createParser(BodyText.of(body))) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw BodyText.empty();
            }
            Map<String, @Nullable Object> members = null;
            if (first == JsonToken.START_OBJECT) {
                members = new StrictObject(parser, errors).members("", 1);
            } else {
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                throw BodyText.continued();
            }
            return members;
        } catch (IOException e) {
            throw BodyText.malformed(e);
        }
    }

    private Map<String, @Nullable Object> members(String at, int depth) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        MemberNames names = new MemberNames();
        String name;
        while ((name = parser.nextFieldName()) != null) {
            StringBuilder pointer = new StringBuilder(at);
            JsonPointers.append(pointer, name);
            JsonToken token = parser.nextToken();
            if (CodePoints.count(name) < 0) {
                fail(at, "has a name that " + CodePoints.NOT_STORABLE);
                parser.skipChildren();
            } else if (names.add(name)) {
                members.put(name, value(token, pointer.toString(), depth));
            } else {
                fail(pointer.toString(), EventDecoder.GIVEN_TWICE);
                parser.skipChildren();
            }
        }
        return members;
    }

    private @Nullable Object value(JsonToken token, String at, int depth) throws IOException {
        if (token.isStructStart() && depth == MAX_DEPTH) {
            fail(at, "nests deeper than " + MAX_DEPTH + " levels");
            parser.skipChildren();
            return null;
        }
        return switch (token) {
            case START_OBJECT -> members(at, depth + 1);
            case START_ARRAY -> elements(at, depth + 1);
            case VALUE_STRING -> text(at);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private List<@Nullable Object> elements(String at, int depth) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
            elements.add(value(token, at + '/' + elements.size(), depth));
        }
        return elements;
    }

    private String text(String at) throws IOException {
        String text = parser.getText();
        if (CodePoints.count(text) < 0) {
            fail(at, CodePoints.NOT_STORABLE);
        }
        return text;
    }

    private void fail(String pointer, String detail) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(new FieldError(pointer, detail));
        }
    }
}
