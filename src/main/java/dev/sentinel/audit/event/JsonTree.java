package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares metadata by value: member order and the spelling of numbers do not count. Builds trees, which is affordable
 * because it runs only when a retry has a different text. Recurses as deep as metadata may nest.
 */
final class JsonTree {
    /** Shared because it is costly to create and keeps no state between parsers. */
    private static final JsonFactory FACTORY = StrictJson.factory();

    private JsonTree() {}

    static boolean same(String left, String right) {
        try {
            return same(read(left), read(right));
        } catch (IOException e) {
            // Only a store that was tampered with holds such metadata. The conflict brings it to attention.
            return false;
        }
    }

    private static Object read(String json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            return value(parser, parser.nextToken());
        }
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonNumber.of(parser.getText());
            // true, false and null are compared as tokens.
            default -> token;
        };
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> members = new HashMap<>();
        String name;
        while ((name = parser.nextFieldName()) != null) {
            members.put(name, value(parser, parser.nextToken()));
        }
        return members;
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
            elements.add(value(parser, token));
        }
        return elements;
    }

    private static boolean same(Object left, Object right) {
        if (left.equals(RedactionRules.REPLACEMENT) || right.equals(RedactionRules.REPLACEMENT)) {
            return true;
        }
        if (left instanceof String a && right instanceof String b) {
            return RedactedText.same(a, b);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return sameMembers(a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return sameElements(a, b);
        }
        return left.equals(right);
    }

    private static boolean sameMembers(Map<?, ?> left, Map<?, ?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<?, ?> member : left.entrySet()) {
            Object other = right.get(member.getKey());
            if (other == null || !same(member.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameElements(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!same(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }
}
