package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * Loads the texts of one event and redacts them, and bounds what that costs the agent's thread. A text is read as a
 * whole if all texts until then have at most {@link #MAX_READ} characters together. Of a longer one, only the beginning
 * is read, since no event can hold more of it; there is no digest of it then. One thread.
 */
final class TextLoader {
    /** Characters (code points) that are read of one event, and of one other text. */
    static final int MAX_READ = 1 << 20;

    /** Characters that are read of a text that is too long. Longer than any secret, and than {@link #KEPT_HEAD}. */
    private static final int HEAD = 1 << 16;

    /** Characters of a head whose secrets end within it. */
    private static final int KEPT_HEAD = HEAD / 4 * 3;

    /** Texts up to this length are always read. */
    private static final int SMALL = 4096;

    final TextChars text = new TextChars();
    private final Redactor redactor;
    private int read;
    private long bytes;
    private boolean whole;

    TextLoader(Redactor redactor) {
        this.redactor = redactor;
    }

    /** Starts another event. */
    void begin() {
        read = 0;
    }

    /** Whether so much was read that the rest of lists and objects is left out. */
    boolean isExhausted() {
        return read > MAX_READ + MAX_READ / 4;
    }

    /** Counts the characters of something that is no text. */
    void count(int characters) {
        read += characters;
    }

    /** Loads a text. */
    void load(String value) {
        whole = true;
        if (value.length() <= SMALL) {
            text.set(value);
            read += text.codePoints() + 1;
            return;
        }
        int length = value.length() > 2 * MAX_READ ? Integer.MAX_VALUE : value.codePointCount(0, value.length());
        if (length <= SMALL || length <= MAX_READ - read) {
            text.set(value);
            read += length + 1;
            return;
        }
        whole = false;
        bytes = TextChars.utf8Size(value);
        int head = read > MAX_READ ? 0 : Math.min(HEAD, length);
        text.set(value.substring(0, value.offsetByCodePoints(0, head)));
        read += head + 1;
    }

    /** Whether the text that was loaded is complete. */
    boolean isWhole() {
        return whole;
    }

    /** The size of the original in UTF-8, if it was not loaded as a whole. */
    long bytes() {
        return bytes;
    }

    /** The text without its secrets; null if it is to stay as it was loaded. */
    @Nullable
    String clean() {
        String clean = redactor.clean(text.chars(), 0, text.length());
        return whole ? clean : head(clean == null ? text.toString() : clean);
    }

    /** What does not depend on where the text was cut: a secret that was cut in two is not recognized. */
    private String head(String clean) {
        String loaded = text.toString();
        int length = loaded.codePointCount(0, loaded.length());
        String shorter = loaded.substring(0, loaded.offsetByCodePoints(0, Math.min(length, KEPT_HEAD)));
        String cleanShorter = redactor.clean(shorter);
        String other = cleanShorter == null ? shorter : cleanShorter;
        return CutText.common(clean, other);
    }
}
