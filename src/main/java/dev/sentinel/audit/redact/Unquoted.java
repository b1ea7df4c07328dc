package dev.sentinel.audit.redact;

/**
 * Where values without quotes end: at a blank, a separator or an escape of one. Remembered, because many signs may
 * precede the same end. Reused for many texts; one thread.
 */
final class Unquoted {
    private static final int MAX_GAP = 40;
    private static final int MAX_BALANCED = 64;
    private static final int MAX_PLACEHOLDER = 120;
    private static final int MAX_PART = 24;
    /** Of the marks that end a value: a bar, the longest name and a sign. */
    private static final int LONGEST_END = MAX_PART + 2;

    private final Stops stops;
    private final Pairs curly = new Pairs('{', '}');
    private final Pairs round = new Pairs('(', ')');
    private final Brackets brackets = new Brackets();
    private final Search ends = new Search(ends(), LONGEST_END, Unquoted::endsUnquoted);
    private final Search quotes = Search.of(Chars.tableOf("\"'`"));
    private char[] text = {};
    private int to;
    /** The last balanced end, which is that of all values with the same brackets; -1 if there is none. */
    private int balanced;

    Unquoted(Stops stops) {
        this.stops = stops;
    }

    /** Starts a new text. */
    void begin(char[] newText, int newTo) {
        text = newText;
        to = newTo;
        curly.begin();
        round.begin();
        brackets.begin();
        balanced = -1;
        quotes.begin();
        ends.begin();
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
        while (i < to) {
            int length = text[i] == ',' ? 1 : Escapes.space(text, i, to);
            if (length == 0) {
                break;
            }
            i += length;
        }
        return i;
    }

    /** The end of the value that begins here. */
    int end(int at) {
        return at < to ? ends.next(text, at, to) : at;
    }

    private static boolean[] ends() {
        boolean[] ends = Chars.tableOf("\"'`&;,<>)]}\\%|");
        for (char c = 0; c <= ' '; c++) {
            ends[c] = true;
        }
        return ends;
    }

    private static boolean endsUnquoted(char[] text, int at, int to) {
        return switch (text[at]) {
            case '\\' ->
                Escapes.isControl(text, at, to)
                        || (at + 1 < to && (Chars.isQuote(text[at + 1]) || text[at + 1] == '\\'));
            case '%' ->
                Chars.startsWith(text, at, to, "%26")
                        || Chars.startsWith(text, at, to, "%22")
                        || Chars.startsWith(text, at, to, "%20")
                        || Escapes.isControl(text, at, to);
            case '|' -> isNext(text, at + 1, to);
            default -> true;
        };
    }

    /** {@code password=V|user=bob} */
    private static boolean isNext(char[] text, int at, int to) {
        int i = at;
        while (i < to && i - at < MAX_PART && (Chars.isLetter(text[i]) || text[i] == '_')) {
            i++;
        }
        return i > at && i < to && text[i] == '=';
    }

    /** The brackets of {@code ${X}}, {@code $(cat x)}, {@code ${{ X }}} and {@code {{X}}} belong to it. */
    int placeholderEnd(int start, int end) {
        if (start == to) {
            return end;
        }
        boolean marked = text[start] == '$';
        int open = marked ? start + 1 : start;
        if (open >= to || (text[open] != '{' && (text[open] != '(' || !marked))) {
            return end;
        }
        int limit = Math.min(to, start + MAX_PLACEHOLDER);
        int close = (text[open] == '{' ? curly : round).close(text, open, limit);
        if (close < 0 || (!marked && quotes.next(text, open, close) < close)) {
            return end;
        }
        return Math.max(close + 1, end);
    }

    /** A closing bracket whose opening bracket is in the value belongs to the value. */
    int balancedEnd(int start, int first) {
        if (first >= to || first - start >= MAX_BALANCED || !isClosing(text[first])) {
            return first;
        }
        boolean same = brackets.count(text, start, first);
        if (same && balanced >= 0) {
            return balanced;
        }
        int round = brackets.round();
        int curly = brackets.curly();
        int square = brackets.square();
        int counted = first;
        int end = first;
        while (end < to && end - start < MAX_BALANCED && isClosing(text[end])) {
            for (; counted < end; counted++) {
                char c = text[counted];
                round += Brackets.ofPair(c, '(', ')');
                curly += Brackets.ofPair(c, '{', '}');
                square += Brackets.ofPair(c, '[', ']');
            }
            if ((text[end] == ')' ? round : text[end] == '}' ? curly : square) <= 0) {
                break;
            }
            end++;
            int limit = Math.min(to, Math.max(end, start + MAX_BALANCED));
            end = Math.min(limit, ends.next(text, end, Math.min(to, limit + LONGEST_END)));
        }
        balanced = end - start < MAX_BALANCED ? end : -1;
        return end;
    }

    static boolean isClosing(char c) {
        return c == ')' || c == '}' || c == ']';
    }

    /** In a file of variables, the value extends to the next blank, without the end of the statement. */
    int shellEnd(int start, int least) {
        int limit = Math.min(to, start + Placeholders.LONGEST);
        int end = least;
        if (least < limit) {
            end = Math.min(limit, stops.wordEnd(least, limit));
            if (end < limit && text[end] > ' ' && !Escapes.isControl(text, end, to)) {
                return least;
            }
        }
        return end > least && (text[end - 1] == ';' || text[end - 1] == ',') ? end - 1 : end;
    }
}
