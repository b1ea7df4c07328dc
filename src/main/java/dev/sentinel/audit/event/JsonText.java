package dev.sentinel.audit.event;

import dev.sentinel.audit.redact.EarlierValue;
import java.util.Arrays;
import java.util.List;

/** Builds minified JSON and tracks its size in UTF-8. Reused for many events; the caller bounds the size. */
final class JsonText {
    private static final int INITIAL_CHARS = 256;
    /** The longest escape is a backslash, u and four digits. */
    private static final int MAX_ESCAPE = 6;

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private char[] chars = new char[INITIAL_CHARS];
    private int length;
    /** Bytes of UTF-8 in excess of one per char. */
    private int extraBytes;

    void clear() {
        length = 0;
        extraBytes = 0;
    }

    int length() {
        return length;
    }

    int utf8Bytes() {
        return length + extraBytes;
    }

    /** Appends one ASCII character unchanged. */
    void raw(char c) {
        reserve(1);
        chars[length++] = c;
    }

    /** Appends ASCII text unchanged: a number or a literal. Of other text, the caller counts the bytes. */
    void raw(char[] source, int from, int count) {
        reserve(count);
        System.arraycopy(source, from, chars, length, count);
        length += count;
    }

    /**
     * Appends a quoted string, escaping only what JSON requires.
     *
     * @return false if it has a NUL character or an unpaired surrogate; this object must then be discarded or cleared
     */
    boolean string(char[] source, int from, int count) {
        reserve(count + 2);
        chars[length++] = '"';
        int end = from + count;
        int run = from;
        for (int i = from; i < end; i++) {
            char c = source[i];
            if (c < 0x80) {
                if (c >= ' ' && c != '"' && c != '\\') {
                    continue;
                }
                if (c == 0) {
                    return false;
                }
                raw(source, run, i - run);
                escape(c);
                run = i + 1;
            } else if (c < 0x800) {
                extraBytes++;
            } else if (!Character.isSurrogate(c)) {
                extraBytes += 2;
            } else if (CodePoints.isPair(source, i, end)) {
                // Two chars, four bytes.
                extraBytes += 2;
                i++;
            } else {
                return false;
            }
        }
        raw(source, run, end - run);
        raw('"');
        return true;
    }

    /** Whether the text at a position begins with this. */
    boolean has(int from, char[] what) {
        return length - from >= what.length && Arrays.equals(chars, from, from + what.length, what, 0, what.length);
    }

    /** Replaces each of these values, which are in order, with ASCII text. */
    void replace(List<EarlierValue> values, char[] replacement) {
        int first = values.get(0).start();
        char[] rest = Arrays.copyOfRange(chars, first, length);
        int copied = 0;
        length = first;
        for (EarlierValue value : values) {
            raw(rest, copied, value.start() - first - copied);
            raw(replacement, 0, replacement.length);
            copied = value.end() - first;
            for (int i = value.start() - first; i < copied; i++) {
                // A surrogate is half of four bytes.
                extraBytes -= rest[i] < 0x80 ? 0 : rest[i] < 0x800 || Character.isSurrogate(rest[i]) ? 1 : 2;
            }
        }
        raw(rest, copied, rest.length - copied);
    }

    private void escape(char c) {
        reserve(MAX_ESCAPE);
        chars[length++] = '\\';
        switch (c) {
            case '"', '\\' -> chars[length++] = c;
            case '\b' -> chars[length++] = 'b';
            case '\f' -> chars[length++] = 'f';
            case '\n' -> chars[length++] = 'n';
            case '\r' -> chars[length++] = 'r';
            case '\t' -> chars[length++] = 't';
            default -> {
                chars[length++] = 'u';
                chars[length++] = '0';
                chars[length++] = '0';
                chars[length++] = HEX[c >> 4];
                chars[length++] = HEX[c & 0xF];
            }
        }
    }

    private void reserve(int count) {
        if (chars.length - length < count) {
            chars = Arrays.copyOf(chars, Math.max(chars.length * 2, length + count));
        }
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }
}
