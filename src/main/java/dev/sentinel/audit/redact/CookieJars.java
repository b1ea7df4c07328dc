package dev.sentinel.audit.redact;

/**
 * Finds the values of cookies in the files of curl, wget and browsers, whose columns are separated by tabs:
 * {@code .example.com TRUE / TRUE 1798761600 session V}. One thread.
 */
final class CookieJars {
    private static final int MAX_COLUMN = 256;
    private static final int SHORTEST = 3;
    private static final String[] FLAGS = {"TRUE", "FALSE"};
    private static final String TAB = "\t";
    /** In JSON within text. */
    private static final String ESCAPED_TAB = "\\t";

    private final Values values;
    private final Spans spans;

    CookieJars(Values values, Spans spans) {
        this.values = values;
        this.spans = spans;
    }

    /** Examines the second column, which this word may be. */
    void find(char[] text, int from, int at, int to) {
        String tab = Escapes.isBehind(text, from, at, 't') ? ESCAPED_TAB : TAB;
        int path = Escapes.endsWith(text, from, at, tab) ? flagEnd(text, at, to, tab) : -1;
        if (path < 0 || path == to || text[path] != '/') {
            return;
        }
        int expires = flagEnd(text, columnEnd(text, path, to, tab), to, tab);
        if (expires < 0 || expires == to || !Chars.isDigit(text[expires])) {
            return;
        }
        int value = columnEnd(text, columnEnd(text, expires, to, tab), to, tab);
        int end = value;
        while (end < to && text[end] > ' ' && !Escapes.isControl(text, end, to)) {
            end++;
        }
        if (end - value >= SHORTEST && values.isSecretValue(NameSecrecy.LIKELY, text, value, end, true)) {
            spans.add(value, end, SecretKind.ASSIGNMENT);
        }
    }

    /** Where the column behind this flag begins; -1 if it is none. */
    private static int flagEnd(char[] text, int at, int to, String tab) {
        for (String flag : FLAGS) {
            int end = at + flag.length();
            if (Chars.startsWith(text, at, to, flag) && Chars.startsWith(text, end, to, tab)) {
                return end + tab.length();
            }
        }
        return -1;
    }

    /** Where the next column begins; the end if there is none. */
    private static int columnEnd(char[] text, int at, int to, String tab) {
        int limit = Math.min(to, at + MAX_COLUMN);
        int i = at;
        while (i < limit && text[i] >= ' ' && !Chars.startsWith(text, i, to, tab)) {
            i++;
        }
        return i < limit && Chars.startsWith(text, i, to, tab) ? i + tab.length() : to;
    }
}
