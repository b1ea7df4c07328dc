package dev.sentinel.audit.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the JSON of answers (RFC 8259) into maps, lists, strings, longs, doubles, booleans and null. Lenient where it
 * does no harm; throws {@link IllegalArgumentException} for text that is not JSON or nests too deeply. The caller
 * bounds the size.
 */
final class JsonReader {
    private static final int MAX_DEPTH = 32;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** Parses a text. */
    static @Nullable Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        if (reader.peek() != END) {
            throw reader.broken();
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw broken();
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> members = new HashMap<>();
        at++;
        if (skip('}')) {
            return members;
        }
        do {
            if (peek() != '"') {
                throw broken();
            }
            String name = string();
            expect(':');
            members.put(name, value(depth + 1));
        } while (skip(','));
        expect('}');
        return members;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> values = new ArrayList<>();
        at++;
        if (skip(']')) {
            return values;
        }
        do {
            values.add(value(depth + 1));
        } while (skip(','));
        expect(']');
        return values;
    }

    private String string() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            value.append(c == '\\' ? escaped() : c);
        }
        throw broken();
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : END;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (text.length() - at < 4) {
                    throw broken();
                }
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> throw broken();
        };
    }

    private @Nullable Object literal(String literal, @Nullable Object value) {
        if (!text.startsWith(literal, at)) {
            throw broken();
        }
        at += literal.length();
        return value;
    }

    private Number number() {
        int start = at;
        boolean integer = true;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            integer &= ".eE".indexOf(text.charAt(at)) < 0;
            at++;
        }
        String digits = text.substring(start, at);
        if (integer) {
            return Long.parseLong(digits);
        }
        return Double.parseDouble(digits);
    }

    private static final char END = 0;

    /** The next character after white space, or {@link #END}. */
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : END;
    }

    private boolean skip(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char c) {
        if (!skip(c)) {
            throw broken();
        }
    }

    private IllegalArgumentException broken() {
        return new IllegalArgumentException("not JSON at character " + at);
    }
}
