package dev.sentinel.audit.event;

/** Counts Unicode code points, and checks that both stores can hold them. */
public final class CodePoints {
    /** The error of a text for which {@link #count} returns -1. */
    public static final String NOT_STORABLE = "must not contain NUL characters or unpaired surrogates";

    private CodePoints() {}

    /** The number of code points, or -1 if the text has a NUL character or an unpaired surrogate. */
    public static int count(String text) {
        char[] chars = text.toCharArray();
        return count(chars, 0, chars.length);
    }

    /** The number of code points, or -1 if the text has a NUL character or an unpaired surrogate. */
    static int count(char[] chars, int from, int length) {
        int end = from + length;
        int pairs = 0;
        for (int i = from; i < end; i++) {
            char c = chars[i];
            if (c == 0) {
                return -1;
            }
            if (Character.isSurrogate(c)) {
                if (!isPair(chars, i, end)) {
                    return -1;
                }
                pairs++;
                i++;
            }
        }
        return length - pairs;
    }

    static boolean isPair(char[] chars, int i, int end) {
        return i + 1 < end && Character.isSurrogatePair(chars[i], chars[i + 1]);
    }
}
