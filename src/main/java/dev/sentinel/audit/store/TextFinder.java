package dev.sentinel.audit.store;

/**
 * Searches other texts for one text. Reads each of them once (Knuth, Morris and Pratt): a search that starts over at
 * every character would take a thousand times as long for malicious texts. Immutable.
 */
final class TextFinder {
    private final char[] text;
    private final boolean folds;

    /** For each length of a match, the length that remains when the next character does not match. */
    private final int[] fallbacks;

    private TextFinder(String text, boolean folds) {
        this.folds = folds;
        this.text = text.toCharArray();
        for (int i = 0; i < this.text.length; i++) {
            this.text[i] = folded(this.text[i]);
        }
        this.fallbacks = new int[this.text.length];
        for (int i = 1, matched = 0; i < this.text.length; i++) {
            while (matched > 0 && this.text[i] != this.text[matched]) {
                matched = fallbacks[matched - 1];
            }
            if (this.text[i] == this.text[matched]) {
                matched++;
            }
            fallbacks[i] = matched;
        }
    }

    /** Finds a text that is not empty; ASCII letters match in either case. */
    static TextFinder ofAnyCase(String text) {
        return new TextFinder(text, true);
    }

    /** Finds exactly this text, which is not empty. */
    static TextFinder of(String text) {
        return new TextFinder(text, false);
    }

    boolean isIn(String other) {
        return endOf(other, 0, other.length()) >= 0;
    }

    /** The end of the first occurrence between two indexes of another text; -1 if there is none. */
    int endOf(String other, int from, int to) {
        int matched = 0;
        for (int i = from; i < to; i++) {
            char next = folded(other.charAt(i));
            while (matched > 0 && next != text[matched]) {
                matched = fallbacks[matched - 1];
            }
            if (next == text[matched] && ++matched == text.length) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Folds ASCII letters only, as the stores do. */
    private char folded(char c) {
        return folds && c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
    }
}
