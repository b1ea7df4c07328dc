package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Equality of JSON as meaning: members in any order, numbers by value, and {@code "[REDACTED]"} equal to anything. Only
 * for metadata that {@link MetadataReader} has passed, so recursion is bounded by its depth.
 */
final class JsonContent {
    static final String REDACTED = "[REDACTED]";

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(2 * MetadataReader.MAX_BYTES)
                    .maxNameLength(2 * MetadataReader.MAX_BYTES)
                    .build())
            .build();

    private JsonContent() {}

    static boolean same(String left, String right) {
        return left.equals(right) || same(tree(left), tree(right));
    }

    private static boolean same(Object left, Object right) {
        if (left.equals(REDACTED) || right.equals(REDACTED)) {
            return true;
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return a.size() == b.size()
                    && a.entrySet().stream()
                            .allMatch(entry ->
                                    b.containsKey(entry.getKey()) && same(entry.getValue(), b.get(entry.getKey())));
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (int i = 0; i < a.size(); i++) {
                if (!same(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return left.equals(right);
    }

    private static Object tree(String json) {
        try (JsonParser in = JSON.createParser(json)) {
            in.nextToken();
            return tree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("stored metadata is JSON", e);
        }
    }

    private static Object tree(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> members = new HashMap<>();
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String name = in.currentName();
                    in.nextToken();
                    members.put(name, tree(in));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(tree(in));
                }
                yield elements;
            }
            case VALUE_STRING -> in.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonNumber.of(in.getText());
            default -> in.currentToken();
        };
    }
}
