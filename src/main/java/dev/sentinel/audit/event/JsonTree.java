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

    /** Whether two texts are the same value. */
    static boolean same(String left, String right) {
        return same(left, right, false);
    }

    /** Whether they are the same value except where redaction has left gaps in the first. */
    static boolean matches(String gapped, String text) {
        return same(gapped, text, true);
    }

    private static boolean same(String left, String right, boolean gaps) {
        try {
            return same(read(left), read(right), gaps);
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

    private static boolean same(Object left, Object right, boolean gaps) {
        if (gaps && left.equals(RedactionRules.REPLACEMENT)) {
            return true;
        }
        if (gaps && left instanceof String a && right instanceof String b) {
            return GappedText.matches(a, b);
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return sameMembers(a, b, gaps);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return sameElements(a, b, gaps);
        }
        return left.equals(right);
    }

    private static boolean sameMembers(Map<?, ?> left, Map<?, ?> right, boolean gaps) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<?, ?> member : left.entrySet()) {
            Object other = right.get(member.getKey());
            if (other == null || !same(member.getValue(), other, gaps)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameElements(List<?> left, List<?> right, boolean gaps) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!same(left.get(i), right.get(i), gaps)) {
                return false;
            }
        }
        return true;
    }
}
