package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects JSON values in the form of JCS (RFC 8785), of those kinds that a leaf may have. Other numbers than integers
 * below 2^53 are refused, because their canonical form is another number. Reused. One thread.
 */
final class CanonicalJson {
    private static final long MAX_INTEGER = (1L << 53) - 1;
    private static final int MAX_INTEGER_LENGTH = 17;
    private static final int MAX_DEPTH = 32;

    private final Utf8Json text = new Utf8Json();

    void clear() {
        text.clear();
    }

    int length() {
        return text.length();
    }

    byte[] bytes() {
        return text.bytes();
    }

    byte[] copy(int from) {
        return Arrays.copyOfRange(text.bytes(), from, text.length());
    }

    void add(byte[] raw) {
        text.add(raw);
    }

    void quotedHex(byte[] value) {
        text.quotedHex(value);
    }

    /** Appends the value at which the parser is, and reads it to its end. */
    void value(JsonParser parser) throws IOException {
        value(parser, 0);
    }

    private void value(JsonParser parser, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new MalformedEventException("a member nests more than " + MAX_DEPTH + " levels");
        }
        switch (parser.currentToken()) {
            case VALUE_STRING -> text.quoted(requireUnicode(parser.getText()));
            case VALUE_NUMBER_INT -> text.ascii(Long.toString(integer(parser)));
            case VALUE_TRUE -> text.ascii("true");
            case VALUE_FALSE -> text.ascii("false");
            case VALUE_NULL -> text.ascii("null");
            case START_ARRAY -> array(parser, depth);
            case START_OBJECT -> object(parser, depth);
            default -> throw notAnInteger();
        }
    }

    private void array(JsonParser parser, int depth) throws IOException {
        byte separator = '[';
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            text.add(separator);
            separator = ',';
            value(parser, depth + 1);
        }
        text.ascii(separator == '[' ? "[]" : "]");
    }

    private void object(JsonParser parser, int depth) throws IOException {
        Map<String, byte[]> sorted = new TreeMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = requireUnicode(parser.currentName());
            parser.nextToken();
            int start = text.length();
            value(parser, depth + 1);
            if (sorted.put(name, copy(start)) != null) {
                throw new MalformedEventException("a member has two members of one name");
            }
            text.cut(start);
        }
        byte separator = '{';
        for (Map.Entry<String, byte[]> member : sorted.entrySet()) {
            text.add(separator).quoted(member.getKey()).add((byte) ':').add(member.getValue());
            separator = ',';
        }
        text.ascii(separator == '{' ? "{}" : "}");
    }

    static long integer(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw notAnInteger();
        }
        String digits = parser.getText();
        if (digits.length() > MAX_INTEGER_LENGTH) {
            throw notAnInteger();
        }
        long value = Long.parseLong(digits);
        if (Math.abs(value) > MAX_INTEGER || digits.equals("-0")) {
            throw notAnInteger();
        }
        return value;
    }

    private static MalformedEventException notAnInteger() {
        return new MalformedEventException("a member is a number that is not an integer below 2^53");
    }

    /** JSON can escape what is not Unicode, and no two programs read that alike. */
    static String requireUnicode(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean isPair = Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1));
                if (!isPair) {
                    throw new MalformedEventException("a text has half a surrogate pair");
                }
                i++;
            }
        }
        return value;
    }
}
