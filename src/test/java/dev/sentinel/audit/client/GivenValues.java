package dev.sentinel.audit.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Creates the values of {@code src/test/scenarios/values.ndjson}, whose README describes them. */
final class GivenValues {
    private GivenValues() {}

    /** A value whose text cannot be read. */
    static final class Unreadable {
        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    /** A constant. */
    enum Color {
        RED
    }

    static Object of(JsonNode json) {
        if (json.isArray()) {
            return list(json);
        }
        if (!json.isObject()) {
            return scalar(json);
        }
        if (json.size() == 1 && json.fieldNames().next().startsWith("$")) {
            String kind = json.fieldNames().next();
            return special(kind, json.get(kind));
        }
        Map<String, Object> members = new LinkedHashMap<>();
        json.fields().forEachRemaining(field -> members.put(field.getKey(), of(field.getValue())));
        return members;
    }

    private static Object scalar(JsonNode json) {
        return json.isNull()
                ? null
                : json.isTextual()
                        ? json.textValue()
                        : json.isBoolean() ? (Object) json.booleanValue() : json.numberValue();
    }

    private static List<Object> list(JsonNode json) {
        List<Object> values = new ArrayList<>();
        json.forEach(value -> values.add(of(value)));
        return values;
    }

    private static Object special(String kind, JsonNode json) {
        return switch (kind) {
            case "$repeat" -> text(json.get(0)).repeat(json.get(1).asInt());
            case "$join" -> list(json).stream().map(String::valueOf).collect(Collectors.joining());
            case "$range" -> Stream.iterate(0, i -> i + 1).limit(json.asInt()).toList();
            case "$times" ->
                Stream.generate(() -> of(json.get(0)))
                        .limit(json.get(1).asInt())
                        .toList();
            case "$members" -> members(json.asInt());
            case "$nest" -> nest(json.get(0).asInt(), of(json.get(1)));
            case "$circular" -> json.asText().equals("map") ? circularMap() : circularList();
            case "$unreadable" -> new Unreadable();
            case "$endless" -> new Endless();
            case "$double" -> Double.valueOf(json.asText());
            case "$power" ->
                BigInteger.valueOf(json.get(0).asInt()).pow(json.get(1).asInt());
            case "$bytes" -> HexFormat.of().parseHex(json.asText());
            case "$constant" -> Color.valueOf(json.asText());
            case "$optional" -> Optional.ofNullable(of(json));
            case "$map" -> map(json);
            case "$with" -> with(json);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    static String text(JsonNode json) {
        return String.valueOf(of(json));
    }

    private static Map<Object, Object> map(JsonNode pairs) {
        Map<Object, Object> map = new LinkedHashMap<>();
        pairs.forEach(pair -> map.put(of(pair.get(0)), of(pair.get(1))));
        return map;
    }

    private static Map<Object, Object> with(JsonNode parts) {
        Map<Object, Object> all = new LinkedHashMap<>();
        parts.forEach(part -> all.putAll((Map<?, ?>) of(part)));
        return all;
    }

    private static Map<String, Object> members(int count) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            members.put("k" + i, i);
        }
        return members;
    }

    private static Object nest(int levels, Object value) {
        Object nested = value;
        for (int i = 0; i < levels; i++) {
            nested = Arrays.asList(nested);
        }
        return nested;
    }

    private static Map<String, Object> circularMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("self", map);
        return map;
    }

    private static List<Object> circularList() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        return list;
    }

    /** Says that it is small and never ends. */
    private static final class Endless extends AbstractCollection<Object> {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public Iterator<Object> iterator() {
            return Stream.<Object>generate(() -> "v").iterator();
        }
    }
}
