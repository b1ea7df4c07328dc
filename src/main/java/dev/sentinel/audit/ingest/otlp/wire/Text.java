package dev.sentinel.audit.ingest.otlp.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A {@code string_value}. Holds UTF-8 and decodes it when asked, so that a text that is dropped or only measured never
 * becomes a String. Immutable.
 *
 * <p>Of a very long text only the beginning is held ({@link #isCut()}), so that one record cannot take the memory of
 * all.
 */
public final class Text implements Value {
    private static final Text EMPTY = new Text(new byte[0], 0, 0, 0);

    /** Bytes. */
    private static final int SHORT = 256;

    private static final char REPLACEMENT = '\uFFFD';

    private final byte[] utf8;
    private final int from;
    private final int held;
    private final long length;

    /** What {@link #remembered} returned; null before. Whichever thread sets it, it is the same. */
    private @Nullable String decoded;

    private Text(byte[] utf8, int from, int held, long length) {
        this.utf8 = utf8;
        this.from = from;
        this.held = held;
        this.length = length;
    }

    public static Text of(String value) {
        if (value.isEmpty()) {
            return EMPTY;
        }
        Utf8Sink utf8 = new Utf8Sink(Integer.MAX_VALUE);
        utf8.write(value, 0, value.length());
        return utf8.text();
    }

    /** Of a part of an array that nobody changes any more; not a copy. */
    static Text owned(byte[] utf8, int from, int length) {
        return new Text(utf8, from, length, length);
    }

    /**
     * The beginning of a text.
     *
     * @param length bytes of the whole text; more than the array has
     */
    static Text cut(byte[] beginning, long length) {
        return new Text(beginning, 0, beginning.length, length);
    }

    /**
     * The characters that are held. Neither NUL nor a lone surrogate occurs: U+FFFD stands for what is not valid UTF-8
     * and for NUL. Decodes on every call, unless it was {@link #remembered}.
     */
    public String string() {
        String string = decoded;
        return string == null ? decode() : string;
    }

    /** The same, and keeps it if it is short: rules and fields ask for some texts of a record again and again. */
    String remembered() {
        String string = string();
        if (held <= SHORT) {
            decoded = string;
        }
        return string;
    }

    private String decode() {
        int end = isCut() ? wholeCharacters() : from + held;
        String string = new String(utf8, from, end - from, StandardCharsets.UTF_8);
        return string.indexOf('\0') < 0 ? string : string.replace('\0', REPLACEMENT);
    }

    /** A character that the cut has split is left out: where the text goes on, nothing was invalid. */
    private int wholeCharacters() {
        int end = from + held;
        int start = end;
        while (start > from && end - start < 4) {
            start--;
            int b = utf8[start] & 0xFF;
            if (b >= 0xC0) {
                int size = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return start + size > end ? start : end;
            }
            if (b < 0x80) {
                return end;
            }
        }
        return end;
    }

    /** Bytes of the whole text in UTF-8 as it arrived, also of a cut one. Costs nothing. */
    public long utf8Length() {
        return length;
    }

    /** Whether {@link #string()} is only the beginning of a longer text. */
    public boolean isCut() {
        return held < length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Text that
                && length == that.length
                && Arrays.equals(utf8, from, from + held, that.utf8, that.from, that.from + that.held);
    }

    @Override
    public int hashCode() {
        int hash = Long.hashCode(length);
        for (int i = from; i < from + Math.min(held, 64); i++) {
            hash = 31 * hash + utf8[i];
        }
        return hash;
    }

    /** Without the text, which may be a secret. */
    @Override
    public String toString() {
        return "Text[utf8Length=" + length + ']';
    }
}
