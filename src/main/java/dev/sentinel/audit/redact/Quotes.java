package dev.sentinel.audit.redact;

/**
 * A quotation mark as it is written in a text, and the position of its closing mark. JSON within JSON writes {@code \"}
 * and {@code \\\"}, CSV {@code ""}, a URL {@code %22}, HTML an entity. Reused; one thread.
 *
 * <p>A mark of n backslashes opens a text of that depth. In it, a mark is escaped if more backslashes stand before it
 * than the depth asks for, an odd number of times; with fewer, the text around it has ended.
 */
final class Quotes {
    private static final int MOST_BACKSLASHES = 64;

    private static final boolean[] BEGINS = Chars.tableOf("\"'`\\%&");
    private static final boolean[] ENDS = Chars.tableOf("\"'`;27");
    private static final String[] SPELLED = {"%22", "%27", "&quot;", "&#34;", "&#39;", "&apos;", "\\u0022", "\\u0027"};

    /** The mark, unless it is spelled otherwise. */
    private char mark;
    /** The other spelling; empty if there is none. */
    private String spelled = "";

    private boolean doubled;
    private int backslashes;
    private int start;
    private int end;

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Whether shells execute its content. */
    boolean isCommand() {
        return mark == '`';
    }

    /** Whether the mark is spelled otherwise, as in a URL, so that a value without quotes may hold it. */
    boolean isSpelled() {
        return !spelled.isEmpty();
    }

    /** Finds the mark that begins here. Most characters begin none, and this is small enough to be inlined. */
    boolean at(char[] text, int at, int to) {
        return at < to && text[at] < Terms.ASCII && BEGINS[text[at]] && isAt(text, at, to);
    }

    private boolean isAt(char[] text, int at, int to) {
        int i = at;
        while (i < to && text[i] == '\\' && i - at < MOST_BACKSLASHES) {
            i++;
        }
        if (i < to && Chars.isQuote(text[i])) {
            boolean twice = i == at && i + 2 < to && text[i + 1] == text[i] && isInside(text[i + 2]);
            plain(text[i], i - at, at, twice ? i + 2 : i + 1, twice);
            return true;
        }
        if (at < to && (text[at] == '%' || text[at] == '&' || text[at] == '\\')) {
            // The last backslash of several belongs to the escape.
            int escape = i > at ? i - 1 : at;
            char second = escape + 1 < to ? text[escape + 1] : 0;
            if (second != '2' && second != 'q' && second != '#' && second != 'a' && second != 'u') {
                return false;
            }
            for (String spelling : SPELLED) {
                if (Chars.startsWith(text, escape, to, spelling)) {
                    spelled(spelling, at, escape + spelling.length());
                    return true;
                }
            }
        }
        return false;
    }

    /** Finds the mark that ends before this. */
    boolean before(char[] text, int from, int at) {
        return at > from && text[at - 1] < Terms.ASCII && ENDS[text[at - 1]] && isBefore(text, from, at);
    }

    private boolean isBefore(char[] text, int from, int at) {
        char last = text[at - 1];
        if (Chars.isQuote(last)) {
            if (at - 3 >= from && text[at - 2] == last && isInside(text[at - 3])) {
                plain(last, 0, at - 2, at, true);
                return true;
            }
            int i = at - 1;
            while (i > from && text[i - 1] == '\\' && at - i < MOST_BACKSLASHES) {
                i--;
            }
            plain(last, at - 1 - i, i, at, false);
            return true;
        }
        if ((last == ';' || last == '2' || last == '7') && at - 1 > from && isBeforeLast(text[at - 2])) {
            for (String spelling : SPELLED) {
                if (Escapes.endsWith(text, from, at, spelling)) {
                    spelled(spelling, at - spelling.length(), at);
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a spelled mark may have this character before its last one. */
    private static boolean isBeforeLast(char c) {
        return c == '2' || c == 't' || c == '4' || c == '9' || c == 's';
    }

    private static boolean isInside(char c) {
        return Chars.isToken(c) || c == '$';
    }

    /** Whether the other is the same mark at the same depth. */
    boolean isLike(Quotes other) {
        return mark == other.mark && backslashes == other.backslashes && spelled.equals(other.spelled);
    }

    private void plain(char c, int count, int from, int to, boolean twice) {
        mark = c;
        spelled = "";
        backslashes = count;
        start = from;
        end = to;
        doubled = twice;
    }

    private void spelled(String spelling, int from, int to) {
        mark = 0;
        spelled = spelling;
        backslashes = 0;
        start = from;
        end = to;
        doubled = false;
    }

    /** Where the text that this mark opens ends: at its closing mark or at the end of the line. */
    int close(char[] text, int at, int to) {
        return spelled.isEmpty() ? closePlain(text, at, to) : closeSpelled(text, at, to);
    }

    private int closeSpelled(char[] text, int at, int to) {
        char first = spelled.charAt(0);
        for (int i = at; i < to; i++) {
            char c = text[i];
            if (c == '\n'
                    || c == '\r'
                    || (c == first && Chars.startsWith(text, i, to, spelled))
                    || (c == '"' && first != '&')) {
                return i;
            }
        }
        return to;
    }

    private int closePlain(char[] text, int at, int to) {
        int i = at;
        while (i < to) {
            char c = text[i];
            if (c == '\n' || c == '\r') {
                return i;
            }
            int run = i;
            while (run < to && text[run] == '\\') {
                run++;
            }
            int count = run - i;
            if (run == to) {
                return to;
            }
            if (text[run] != mark) {
                i = run + 1;
            } else if (doubled) {
                if (run + 1 >= to || text[run + 1] == mark) {
                    return run;
                }
                i = run + 1;
            } else if (count < backslashes) {
                return i;
            } else if ((count - backslashes) / (backslashes + 1) % 2 != 0) {
                i = run + 1;
            } else if (isSqlEscape(text, at, run, to)) {
                i = run + 2;
            } else {
                return run - backslashes;
            }
        }
        return to;
    }

    /** {@code 'it''s'}. */
    private boolean isSqlEscape(char[] text, int at, int i, int to) {
        return mark == '\'' && backslashes == 0 && i > at && i + 1 < to && text[i + 1] == mark;
    }
}
