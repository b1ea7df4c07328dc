package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.EarlierValue;
import java.util.Arrays;
import java.util.List;

/** Builds JSON as UTF-8 bytes. Reused for many events; one thread. */
final class JsonBytes {
    private static final int INITIAL = 1024;

    /** A larger array, needed by one large event, is not kept for the small events that follow. */
    private static final int MAX_KEPT = 16 * 1024;

    /**
     * An escaped char takes at most six bytes: a backslash, u and four digits. Other chars take at most three, and
     * surrogate pairs four for two.
     */
    private static final int MAX_BYTES_OF_CHAR = 6;

    /** Characters for which space is reserved at a time, so that a long text does not reserve six times its size. */
    private static final int CHUNK = 4096;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /** For each ASCII character, 0 if it needs no escape, else the character after the backslash. */
    private static final byte[] ESCAPE = escapes();

    private byte[] bytes = new byte[INITIAL];
    private int length;

    void clear() {
        length = 0;
        if (bytes.length > MAX_KEPT) {
            bytes = new byte[INITIAL];
        }
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** The JSON between two positions. */
    byte[] copy(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** Removes everything from a position on. */
    void truncate(int to) {
        length = to;
    }

    /** Whether the JSON at a position begins with this. */
    boolean has(int from, byte[] what) {
        return length - from >= what.length && Arrays.equals(bytes, from, from + what.length, what, 0, what.length);
    }

    /** Replaces the JSON of each of these values, which are in order. */
    void replace(List<EarlierValue> values, byte[] json) {
        int first = values.get(0).start();
        byte[] rest = copy(first, length);
        int copied = 0;
        length = first;
        for (EarlierValue value : values) {
            raw(rest, copied, value.start() - first);
            raw(json);
            copied = value.end() - first;
        }
        raw(rest, copied, rest.length);
    }

    /** Appends one ASCII character unchanged. */
    void raw(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
    }

    /** Appends JSON unchanged. */
    void raw(byte[] json) {
        reserve(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
    }

    /** Appends a part of JSON unchanged. */
    void raw(byte[] json, int from, int to) {
        reserve(to - from);
        System.arraycopy(json, from, bytes, length, to - from);
        length += to - from;
    }

    /** Appends ASCII text unchanged: a number, a literal or a timestamp. */
    void ascii(String text) {
        int count = text.length();
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += count;
    }

    /** Appends a quoted string. Surrogates must be paired, which {@link TextChars} ensures. */
    void string(char[] chars, int count) {
        raw('"');
        int from = 0;
        while (from < count) {
            from = escaped(chars, from, Math.min(count, from + CHUNK));
        }
        raw('"');
    }

    /** Appends some characters, and one more if the last of them begins a pair. Returns where it stopped. */
    private int escaped(char[] chars, int from, int to) {
        reserve((to - from + 1) * MAX_BYTES_OF_CHAR);
        byte[] out = bytes;
        int at = length;
        int i = from;
        for (; i < to; i++) {
            char c = chars[i];
            if (c < 0x80) {
                byte escape = ESCAPE[c];
                if (escape == 0) {
                    out[at++] = (byte) c;
                } else {
                    at = escape(out, at, c, escape);
                }
            } else if (c < 0x800) {
                out[at++] = (byte) (0xC0 | (c >> 6));
                out[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c)) {
                int point = Character.toCodePoint(c, chars[++i]);
                out[at++] = (byte) (0xF0 | (point >> 18));
                out[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                out[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                out[at++] = (byte) (0x80 | (point & 0x3F));
            } else {
                out[at++] = (byte) (0xE0 | (c >> 12));
                out[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                out[at++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        length = at;
        return i;
    }

    private static int escape(byte[] out, int from, char c, byte escape) {
        int at = from;
        out[at++] = '\\';
        out[at++] = escape;
        if (escape == 'u') {
            out[at++] = '0';
            out[at++] = '0';
            out[at++] = HEX[c >> 4];
            out[at++] = HEX[c & 0xF];
        }
        return at;
    }

    /** Appends a UUID without quotes. */
    void uuid(long high, long low) {
        reserve(36);
        hex(high >>> 32, 8);
        bytes[length++] = '-';
        hex(high >>> 16, 4);
        bytes[length++] = '-';
        hex(high, 4);
        bytes[length++] = '-';
        hex(low >>> 48, 4);
        bytes[length++] = '-';
        hex(low, 12);
    }

    private void hex(long value, int digits) {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (value >>> shift) & 0xF];
        }
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[0x80];
        Arrays.fill(escapes, 0, ' ', (byte) 'u');
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        escapes['\b'] = 'b';
        escapes['\f'] = 'f';
        escapes['\n'] = 'n';
        escapes['\r'] = 'r';
        escapes['\t'] = 't';
        return escapes;
    }
}
