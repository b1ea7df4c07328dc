package dev.sentinel.audit.client;

/**
 * The characters of one text at a time. Characters that stores cannot hold (NUL, unpaired surrogates) are replaced by
 * U+FFFD, since they are no reason to lose an event. Reused; one thread.
 */
final class TextChars {
    private static final int INITIAL = 256;
    private static final int MAX_KEPT = 16 * 1024;
    private static final char REPLACEMENT = '\uFFFD';

    private char[] chars = new char[INITIAL];
    private int length;
    private int pairs;
    private boolean repaired;

    /** Loads a text, whose length the caller has checked. */
    void set(String text) {
        length = text.length();
        if (chars.length < length || chars.length > MAX_KEPT) {
            chars = new char[Math.max(length, INITIAL)];
        }
        text.getChars(0, length, chars, 0);
        pairs = 0;
        repaired = false;
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            if (c == 0) {
                repair(i);
            } else if (Character.isSurrogate(c)) {
                if (i + 1 < length && Character.isSurrogatePair(c, chars[i + 1])) {
                    pairs++;
                    i++;
                } else {
                    repair(i);
                }
            }
        }
    }

    private void repair(int at) {
        chars[at] = REPLACEMENT;
        repaired = true;
    }

    /** Whether a character was replaced. */
    boolean isRepaired() {
        return repaired;
    }

    char[] chars() {
        return chars;
    }

    int length() {
        return length;
    }

    int codePoints() {
        return length - pairs;
    }

    /** The size of the text in UTF-8. */
    int utf8Size() {
        int size = length;
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            // Two for each half of a pair, which takes four together.
            size += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return size;
    }

    /** The size in UTF-8 that a text of any length has once it is repaired. Copies nothing. */
    static long utf8Size(String text) {
        long size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800 || c == 0) {
                if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    i++;
                }
                // A pair takes four bytes for its two characters.
                size += 2;
            } else if (c >= 0x80) {
                size++;
            }
        }
        return size;
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }
}
