package dev.sentinel.audit.redact;

/**
 * Where values without quotes end: at a blank, a separator or an escape of one. Remembers the last end, because many
 * signs may precede the same one. Reused for many texts; one thread.
 */
final class Unquoted {
    private static final int MAX_GAP = 40;
    private static final int MAX_BALANCED = 64;
    private static final int MAX_PART = 24;
    private static final boolean[] ENDS = Chars.tableOf("\"'`&;,<>)]}");

    private char[] text = {};
    private int to;
    private int runStart;
    private int runEnd;

    /** Starts a new text. */
    void begin(char[] newText, int from, int newTo) {
        text = newText;
        to = newTo;
        runStart = from;
        runEnd = from - 1;
    }

    /** Skips blanks, colors and the asterisks of bold labels in Markdown. */
    int skipBlanks(int at) {
        int i = at;
        while (i < to && i - at < MAX_GAP) {
            int blank = text[i] == '+' ? 0 : Escapes.blank(text, i, to);
            if (text[i] == '*' && i - at < 2) {
                blank = 1;
            }
            if (blank == 0) {
                blank = Escapes.sequenceEnd(text, i, to) - i;
            }
            if (blank == 0) {
                break;
            }
            i += blank;
        }
        return i;
    }

    int skipSeparators(int at) {
        int i = at;
        while (i < to && (text[i] == ',' || text[i] <= ' ')) {
            i++;
        }
        return i;
    }

    int lineEnd(int at) {
        int i = at;
        while (i < to && text[i] != '\n' && text[i] != '\r' && !Escapes.isControl(text, i, to)) {
            i++;
        }
        return i;
    }

    /** The end of the value that begins here. */
    int end(int at) {
        if (at < runStart || at > runEnd) {
            int i = at;
            while (i < to && !endsUnquoted(i)) {
                i++;
            }
            runEnd = i;
        }
        runStart = at;
        return runEnd;
    }

    private boolean endsUnquoted(int i) {
        char c = text[i];
        if (c == '\\') {
            return Escapes.isControl(text, i, to)
                    || (i + 1 < to && (Chars.isQuote(text[i + 1]) || text[i + 1] == '\\'));
        }
        if (c == '%') {
            return Chars.startsWith(text, i, to, "%26")
                    || Chars.startsWith(text, i, to, "%22")
                    || Chars.startsWith(text, i, to, "%20")
                    || Escapes.isControl(text, i, to);
        }
        return c <= ' ' || (c < Terms.ASCII && ENDS[c]) || (c == '|' && isNext(i + 1));
    }

    /** {@code password=V|user=bob} */
    private boolean isNext(int at) {
        int i = at;
        while (i < to && i - at < MAX_PART && (Chars.isLetter(text[i]) || text[i] == '_')) {
            i++;
        }
        return i > at && i < to && text[i] == '=';
    }

    /** A closing bracket whose opening bracket is in the value belongs to the value. */
    int balancedEnd(int start, int first) {
        int end = first;
        while (end < to && end - start < MAX_BALANCED && isClosing(start, end)) {
            end++;
            while (end < to && end - start < MAX_BALANCED && !endsUnquoted(end)) {
                end++;
            }
        }
        return end;
    }

    private boolean isClosing(int start, int end) {
        char open =
                switch (text[end]) {
                    case ')' -> '(';
                    case '}' -> '{';
                    case ']' -> '[';
                    default -> 0;
                };
        int opened = 0;
        for (int i = start; i < end; i++) {
            opened += text[i] == open ? 1 : text[i] == text[end] ? -1 : 0;
        }
        return open != 0 && opened > 0;
    }

    /** In a file of variables, the value extends to the next blank, without the end of the statement. */
    int shellEnd(int start, int least) {
        int end = least;
        while (end < to
                && end - start < Values.LONGEST_HARMLESS
                && text[end] > ' '
                && !Escapes.isControl(text, end, to)) {
            if (Chars.isQuote(text[end]) || text[end] == '\\' || text[end] == '|') {
                return least;
            }
            end++;
        }
        return end > least && (text[end - 1] == ';' || text[end - 1] == ',') ? end - 1 : end;
    }
}
