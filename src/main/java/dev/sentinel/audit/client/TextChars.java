package dev.sentinel.audit.client;

/**
 * The characters of one text at a time, with what no store can hold (NUL, unpaired surrogates) replaced by U+FFFD: an
 * event is not worth losing for it. Reused by one thread.
 */
final class TextChars {
    private static final int INITIAL = 256;
    private static final int KEPT = 16 * 1024;
    private static final char REPLACEMENT = '\uFFFD';

    private char[] chars = new char[INITIAL];
    private int length;
    private int pairs;
    private boolean repaired;

    /** Takes a text, which the caller has found short enough. */
    void set(String text) {
        length = text.length();
        if (chars.length < length || chars.length > KEPT) {
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

    /** Whether something was replaced. */
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

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }
}
