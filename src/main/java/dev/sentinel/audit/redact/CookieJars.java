package dev.sentinel.audit.redact;

/**
 * Finds the values of cookies in the files of curl, wget and browsers, whose columns are separated by tabs:
 * {@code .example.com TRUE / TRUE 1798761600 session V}. One thread.
 */
final class CookieJars {
    private static final int MAX_COLUMN = 256;
    private static final int SHORTEST = 3;
    private static final String[] FLAGS = {"TRUE\t", "FALSE\t"};

    private final Values values;
    private final Spans spans;

    CookieJars(Values values, Spans spans) {
        this.values = values;
        this.spans = spans;
    }

    /** Examines the second column, which this word may be. */
    void find(char[] text, int from, int at, int to) {
        int path = at > from && text[at - 1] == '\t' ? flagEnd(text, at, to) : -1;
        if (path < 0 || path == to || text[path] != '/') {
            return;
        }
        int expires = flagEnd(text, columnEnd(text, path, to), to);
        if (expires < 0 || expires == to || !Chars.isDigit(text[expires])) {
            return;
        }
        int value = columnEnd(text, columnEnd(text, expires, to), to);
        int end = value;
        while (end < to && text[end] > ' ' && !Escapes.isControl(text, end, to)) {
            end++;
        }
        if (end - value >= SHORTEST && values.isSecretValue(NameSecrecy.LIKELY, text, value, end, true)) {
            spans.add(value, end, SecretKind.ASSIGNMENT);
        }
    }

    /** Where the column behind this flag begins; -1 if it is none. */
    private static int flagEnd(char[] text, int at, int to) {
        for (String flag : FLAGS) {
            if (Chars.startsWith(text, at, to, flag)) {
                return at + flag.length();
            }
        }
        return -1;
    }

    /** Where the next column begins; the end if there is none. */
    private static int columnEnd(char[] text, int at, int to) {
        int limit = Math.min(to, at + MAX_COLUMN);
        int i = at;
        while (i < limit && text[i] >= ' ') {
            i++;
        }
        return i < limit && text[i] == '\t' ? i + 1 : to;
    }
}
