package dev.sentinel.audit.redact;

/** The kinds of characters that a short value has, as a set of bits. Most tests of values need one that most lack. */
final class Kinds {
    static final int DIGIT = 1;
    static final int BLANK = 1 << 1;
    static final int POINT = 1 << 2;
    static final int SLASH = 1 << 3;
    static final int UNDERSCORE = 1 << 4;
    static final int COLON = 1 << 5;
    static final int HYPHEN = 1 << 6;
    static final int BRACKET = 1 << 7;
    static final int BACKSLASH = 1 << 8;

    /** Values overlap, so longer ones are not read: they may have all kinds. */
    static final int LONGEST = 48;

    private static final int ALL = -1;
    private static final short[] KINDS = kinds();

    private Kinds() {}

    private static short[] kinds() {
        short[] kinds = new short[Terms.ASCII];
        for (char c = 0; c < Terms.ASCII; c++) {
            kinds[c] = (short) (Chars.isDigit(c) ? DIGIT : ofSign(c));
        }
        return kinds;
    }

    private static int ofSign(char c) {
        return switch (c) {
            case ' ' -> BLANK;
            case '.' -> POINT;
            case '/' -> SLASH;
            case '_' -> UNDERSCORE;
            case ':' -> COLON;
            case '-' -> HYPHEN;
            case '(', '[', '{' -> BRACKET;
            case '\\' -> BACKSLASH;
            default -> 0;
        };
    }

    /** The kinds that a value has; all of them if it is long. */
    static int of(char[] text, int from, int to) {
        if (to - from > LONGEST) {
            return ALL;
        }
        int kinds = 0;
        for (int i = from; i < to; i++) {
            kinds |= text[i] < Terms.ASCII ? KINDS[text[i]] : 0;
        }
        return kinds;
    }

    /** Whether a value has both kinds. */
    static boolean has(int kinds, int one, int other) {
        return (kinds & one) != 0 && (kinds & other) != 0;
    }

    static boolean has(int kinds, int kind) {
        return (kinds & kind) != 0;
    }
}
