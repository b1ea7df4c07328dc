package dev.sentinel.audit.store;

/**
 * Searches other texts for one text; ASCII letters match in either case. Reads each of them once (Knuth, Morris and
 * Pratt): a search that starts over at every character would take a thousand times as long for malicious texts.
 * Immutable.
 */
final class FoldedText {
    private final char[] text;

    /** For each length of a match, the length that remains when the next character does not match. */
    private final int[] fallbacks;

    /** @param text not empty */
    FoldedText(String text) {
        this.text = text.toCharArray();
        for (int i = 0; i < this.text.length; i++) {
            this.text[i] = fold(this.text[i]);
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

    boolean isIn(String other) {
        int matched = 0;
        for (int i = 0; i < other.length(); i++) {
            char next = fold(other.charAt(i));
            while (matched > 0 && next != text[matched]) {
                matched = fallbacks[matched - 1];
            }
            if (next == text[matched] && ++matched == text.length) {
                return true;
            }
        }
        return false;
    }

    /** Folds ASCII letters only, as the stores do. */
    private static char fold(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
    }
}
