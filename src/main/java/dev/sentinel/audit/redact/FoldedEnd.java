package dev.sentinel.audit.redact;

/**
 * Reads a name as it is compared ({@link SecretNames#folded}) from its end, and folds no more of it than is read: most
 * names differ in their last letter. One thread.
 */
final class FoldedEnd {
    static final int NOTHING = -1;

    /** A letter, no matter which. */
    private static final int OTHER = -2;

    private final FoldedLetters letters;
    private final char[] text;
    private final int from;
    private int at;
    /** The last part that was folded, and how much of it is not read yet. */
    private String part = "";

    private int left;

    FoldedEnd(FoldedLetters letters, char[] text, int from, int to) {
        this.letters = letters;
        this.text = text;
        this.from = from;
        this.at = to;
    }

    /** The letter or digit before the last one; {@link #NOTHING} if there is none. */
    int next() {
        return next(NOTHING);
    }

    /** The same; if it is not the one that is expected, possibly something else that is neither that nor nothing. */
    int next(int expected) {
        while (left == 0) {
            if (at == from) {
                return NOTHING;
            }
            char c = text[at - 1];
            if (c < Terms.ASCII) {
                at--;
                if (Chars.isLetterOrDigit(c)) {
                    return WordSet.lower(c);
                }
            } else if (isOtherPart(expected)) {
                return OTHER;
            }
        }
        left--;
        return part.charAt(left);
    }

    /** Folds the next part, unless what it is without its marks tells enough. */
    private boolean isOtherPart(int expected) {
        int start = letters.partStart(text, from, at);
        String alone = at - start == 1 ? null : letters.foldedWithoutMarks(text, start, at);
        if (alone != null && isOther(alone, expected)) {
            return true;
        }
        part = alone != null && alone.isEmpty() ? alone : letters.foldedPart(text, start, at);
        left = part.length();
        at = start;
        return false;
    }

    private static boolean isOther(String alone, int expected) {
        return expected >= 0
                && expected < Terms.ASCII
                && !alone.isEmpty()
                && alone.charAt(alone.length() - 1) != expected;
    }
}
