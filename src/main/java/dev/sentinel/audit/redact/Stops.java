package dev.sentinel.audit.redact;

/**
 * Where lines, types and the like end behind a sign. Remembered, because many signs may precede the same end. Reused
 * for many texts; one thread.
 */
final class Stops {
    private static final int MAX_TYPE = 60;
    private static final int MAX_ALTERNATIVE = 60;
    private static final int LONGEST_CONTROL = 6;
    private static final int LONGEST_ALTERNATIVE = 5;
    private static final boolean[] OF_TYPE =
            Chars.tableOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _.[]<>?|*&':");

    private final Search lines = new Search(Chars.tableOf("\n\r\\%"), LONGEST_CONTROL, Stops::endsLine);
    private final Search words = new Search(stopsOfWord(), LONGEST_CONTROL, Stops::endsWord);
    private final Search types = Search.ofOthers(OF_TYPE);
    private final Search alternatives = new Search(Chars.tableOf("\n "), LONGEST_ALTERNATIVE, Stops::endsExpression);

    private char[] text = {};
    private int to;

    private static boolean[] stopsOfWord() {
        boolean[] stops = Chars.tableOf("\"'`\\|%");
        for (char c = 0; c <= ' '; c++) {
            stops[c] = true;
        }
        return stops;
    }

    /** Starts a new text. */
    void begin(char[] newText, int newTo) {
        text = newText;
        to = newTo;
        lines.begin();
        words.begin();
        types.begin();
        alternatives.begin();
    }

    int lineEnd(int at) {
        return lines.next(text, at, to);
    }

    private static boolean endsLine(char[] text, int at, int to) {
        return text[at] == '\n' || text[at] == '\r' || Escapes.isControl(text, at, to);
    }

    /** The next blank, control, quote, backslash or bar; no less than the limit if there is none before it. */
    int wordEnd(int at, int limit) {
        // A control may be written with several characters.
        return words.next(text, at, Math.min(to, limit + LONGEST_CONTROL));
    }

    private static boolean endsWord(char[] text, int at, int to) {
        return text[at] != '%' || Escapes.isControl(text, at, to);
    }

    /** The end of what may be a type in front of a value. */
    int typeEnd(int at) {
        return types.next(text, at, Math.min(to, at + MAX_TYPE));
    }

    /**
     * Where what follows {@code or}, {@code ||} or {@code ??} on the same line begins, if it is in quotes: the value of
     * a name that has none in {@code password = os.environ.get(X) or "V"}; -1 if nothing does.
     */
    int alternative(int at) {
        int limit = Math.min(to, at + MAX_ALTERNATIVE + LONGEST_ALTERNATIVE - 1);
        int end = alternatives.next(text, at, limit);
        return end < limit && text[end] == ' ' ? end + LONGEST_ALTERNATIVE - 1 : -1;
    }

    private static boolean endsExpression(char[] text, int at, int to) {
        if (text[at] == '\n') {
            return true;
        }
        return at + LONGEST_ALTERNATIVE <= to
                && text[at + 3] == ' '
                && Chars.isQuote(text[at + 4])
                && isAlternative(text[at + 1], text[at + 2]);
    }

    private static boolean isAlternative(char first, char second) {
        return (first == 'o' && second == 'r') || (first == second && (first == '|' || first == '?'));
    }
}
