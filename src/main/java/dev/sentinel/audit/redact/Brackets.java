package dev.sentinel.audit.redact;

/**
 * Counts the brackets of a value: how many more are opened in it than closed. Values that end at the same position, as
 * in {@code a=b=c)}, share one count. For one text at a time; one thread.
 */
final class Brackets {
    private static final boolean[] BRACKETS = Chars.tableOf("(){}[]");

    private int from;
    private int until;
    private int round;
    private int curly;
    private int square;

    /** Starts a new text. */
    void begin() {
        until = -1;
    }

    /**
     * Counts those between two positions.
     *
     * @return whether they are as many as were counted before the same end
     */
    boolean count(char[] text, int start, int end) {
        boolean same = end == until && start >= from;
        if (same) {
            same = !add(text, from, start, -1);
        } else {
            until = end;
            round = 0;
            curly = 0;
            square = 0;
            add(text, start, end, 1);
        }
        from = start;
        return same;
    }

    /** Returns whether there is any. */
    private boolean add(char[] text, int start, int end, int times) {
        boolean any = false;
        for (int i = start; i < end; i++) {
            char c = text[i];
            if (c < Terms.ASCII && BRACKETS[c]) {
                any = true;
                round += times * ofPair(c, '(', ')');
                curly += times * ofPair(c, '{', '}');
                square += times * ofPair(c, '[', ']');
            }
        }
        return any;
    }

    static int ofPair(char c, char opening, char closing) {
        return c == opening ? 1 : c == closing ? -1 : 0;
    }

    int round() {
        return round;
    }

    int curly() {
        return curly;
    }

    int square() {
        return square;
    }
}
