package dev.sentinel.audit.ingest.otlp.wire;

import java.io.Writer;
import java.util.Arrays;

/**
 * Encodes characters in UTF-8 and keeps the beginning. A lone surrogate, which UTF-8 cannot express, becomes U+FFFD.
 * One thread.
 */
final class Utf8Sink extends Writer {
    private static final int FIRST = 16;
    private static final int REPLACEMENT = 0xFFFD;

    private final int max;
    private byte[] utf8 = new byte[0];
    private int held;
    private long length;

    /** A high surrogate whose other half has not come; 0 if none. */
    private char high;

    /** @param max bytes to keep */
    Utf8Sink(int max) {
        this.max = max;
    }

    @Override
    public void write(char[] chars, int from, int count) {
        reserve(count);
        int end = from + count;
        for (int i = high == 0 ? ascii(chars, from, end) : from; i < end; i++) {
            add(chars[i]);
        }
    }

    @Override
    public void write(String text, int from, int count) {
        reserve(count);
        for (int i = from; i < from + count; i++) {
            add(text.charAt(i));
        }
    }

    /** Makes room for this many more bytes, though never for more than the sink keeps. */
    private void reserve(int count) {
        long needed = Math.min(max, (long) held + count);
        if (needed > utf8.length) {
            utf8 = Arrays.copyOf(utf8, (int) Math.min(max, Math.max(needed, 2L * held)));
        }
    }

    /** Takes the ASCII characters at the beginning, as most texts have no other; returns where they end. */
    private int ascii(char[] chars, int from, int to) {
        int end = from + Math.min(to - from, max - held);
        int i = from;
        while (i < end && chars[i] < 0x80) {
            utf8[held++] = (byte) chars[i++];
        }
        length += i - from;
        return i;
    }

    private void add(char c) {
        if (high != 0) {
            char first = high;
            high = 0;
            if (Character.isLowSurrogate(c)) {
                encode(Character.toCodePoint(first, c));
                return;
            }
            encode(REPLACEMENT);
        }
        if (Character.isHighSurrogate(c)) {
            high = c;
        } else {
            encode(Character.isLowSurrogate(c) ? REPLACEMENT : c);
        }
    }

    private void encode(int codePoint) {
        if (codePoint < 0x80) {
            put(codePoint);
        } else if (codePoint < 0x800) {
            put(0xC0 | (codePoint >> 6));
            put(0x80 | (codePoint & 0x3F));
        } else if (codePoint < 0x10000) {
            put(0xE0 | (codePoint >> 12));
            put(0x80 | (codePoint >> 6 & 0x3F));
            put(0x80 | (codePoint & 0x3F));
        } else {
            put(0xF0 | (codePoint >> 18));
            put(0x80 | (codePoint >> 12 & 0x3F));
            put(0x80 | (codePoint >> 6 & 0x3F));
            put(0x80 | (codePoint & 0x3F));
        }
    }

    private void put(int b) {
        length++;
        if (held < max) {
            if (held == utf8.length) {
                reserve(FIRST);
            }
            utf8[held++] = (byte) b;
        }
    }

    /** What was written. Nothing may be written afterwards. */
    Text text() {
        if (high != 0) {
            high = 0;
            encode(REPLACEMENT);
        }
        return length > held ? Text.cut(Arrays.copyOf(utf8, held), length) : Text.owned(utf8, 0, held);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
