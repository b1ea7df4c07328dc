package dev.sentinel.audit.event;

import java.util.Arrays;

/** Builds JSON as UTF-8, with the escapes of JCS (RFC 8785, section 3.2.2.2). Reused for many texts. One thread. */
final class Utf8Json {
    private static final int INITIAL_BYTES = 1024;

    /** The longest escape of a char, or three times the UTF-8 of one. */
    private static final int MAX_BYTES_OF_CHAR = 6;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;

    void clear() {
        length = 0;
    }

    /** The buffer, of which {@link #length} bytes are the text. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** Appends bytes unchanged. */
    Utf8Json add(byte[] raw) {
        reserve(raw.length);
        System.arraycopy(raw, 0, bytes, length, raw.length);
        length += raw.length;
        return this;
    }

    /** Appends a part of an array unchanged. */
    Utf8Json add(byte[] raw, int from, int to) {
        reserve(to - from);
        System.arraycopy(raw, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    /** Appends one byte of ASCII. */
    Utf8Json add(byte raw) {
        reserve(1);
        bytes[length++] = raw;
        return this;
    }

    /** Removes what is behind this length. */
    void cut(int to) {
        length = to;
    }

    /** Appends ASCII unchanged. */
    Utf8Json ascii(String raw) {
        reserve(raw.length());
        // Local variables, because the compiler would store a field for each character.
        byte[] target = bytes;
        int at = length;
        for (int i = 0; i < raw.length(); i++) {
            target[at++] = (byte) raw.charAt(i);
        }
        length = at;
        return this;
    }

    /** Appends a string in quotes. It must not have unpaired surrogates. */
    Utf8Json quoted(String value) {
        reserve(value.length() * MAX_BYTES_OF_CHAR + 2);
        bytes[length++] = '"';
        for (int i = plain(value); i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xC0 | (c >> 6));
                continuation(c);
            } else if (Character.isHighSurrogate(c)) {
                int point = Character.toCodePoint(c, value.charAt(++i));
                bytes[length++] = (byte) (0xF0 | (point >> 18));
                continuation(point >> 12);
                continuation(point >> 6);
                continuation(point);
            } else {
                bytes[length++] = (byte) (0xE0 | (c >> 12));
                continuation(c >> 6);
                continuation(c);
            }
        }
        bytes[length++] = '"';
        return this;
    }

    /** Appends the first characters as far as they are ASCII without escapes, mostly all. Returns how many. */
    private int plain(String value) {
        byte[] target = bytes;
        int at = length;
        int i = 0;
        while (i < value.length()) {
            char c = value.charAt(i);
            if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') {
                break;
            }
            target[at++] = (byte) c;
            i++;
        }
        length = at;
        return i;
    }

    /** Appends lower-case hexadecimal digits in quotes. */
    Utf8Json quotedHex(byte[] value) {
        reserve(2 * value.length + 2);
        bytes[length++] = '"';
        for (byte b : value) {
            bytes[length++] = HEX[(b >> 4) & 0xF];
            bytes[length++] = HEX[b & 0xF];
        }
        bytes[length++] = '"';
        return this;
    }

    private void continuation(int bits) {
        bytes[length++] = (byte) (0x80 | (bits & 0x3F));
    }

    private void ascii(char c) {
        if (c >= ' ' && c != '"' && c != '\\') {
            bytes[length++] = (byte) c;
            return;
        }
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\b' -> bytes[length++] = 'b';
            case '\f' -> bytes[length++] = 'f';
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 0xF];
            }
        }
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
