package dev.sentinel.audit.redact;

/** Finds YAML values that do not begin after their colon. Compares indentation up to {@link #MAX_INDENT}. */
final class Yaml {
    private static final int MAX_INDENT = 64;
    private static final int MAX_TAG = 32;
    private static final String ESCAPED_FEED = "\\n";
    private static final String ESCAPED_RETURN = "\\r";

    private Yaml() {}

    /** Skips an anchor or a tag: {@code &pw V}, {@code !!str V}. */
    static int behindTag(char[] text, int at, int to) {
        int i = at;
        while (i + 1 < to
                && (text[i] == '&' || text[i] == '!')
                && (Chars.isLetter(text[i + 1]) || text[i + 1] == '!')) {
            int end = i + 1;
            while (end < to && end - i < MAX_TAG && (Chars.isToken(text[end]) || text[end] == '!')) {
                end++;
            }
            if (end + 1 >= to || text[end] != ' ' || text[end + 1] == '=') {
                return i;
            }
            i = end + 1;
        }
        return i;
    }

    /** Where the line after {@code |}, {@code >-} or nothing begins; -1 if there is something else. */
    static int blockStart(char[] text, int at, int to) {
        int i = at;
        if (i < to && (text[i] == '|' || text[i] == '>')) {
            i++;
            while (i < to && i - at < 3 && (text[i] == '-' || text[i] == '+' || Chars.isDigit(text[i]))) {
                i++;
            }
        }
        int feed = Chars.startsWith(text, i, to, ESCAPED_RETURN) ? i + ESCAPED_RETURN.length() : i;
        if (Chars.startsWith(text, feed, to, ESCAPED_FEED)) {
            return feed + ESCAPED_FEED.length();
        }
        if (i < to && text[i] == '\r') {
            i++;
        }
        return i < to && text[i] == '\n' ? i + 1 : -1;
    }

    /**
     * Where the lines that are indented more than the name end. In JSON within text, line ends are escapes, and the
     * quote that closes the text ends the last one.
     *
     * @param most how many lines that begin with a character are read: blocks within blocks have the same lines
     */
    static int blockEnd(char[] text, int from, int name, int start, int to, int most) {
        boolean escaped = text[start - 1] != '\n';
        int line = name;
        while (line > from
                && name - line < MAX_INDENT
                && (escaped ? !Escapes.isBehind(text, from, line, 'n') : text[line - 1] != '\n')) {
            line--;
        }
        int indent = 0;
        while (line + indent < name && (text[line + indent] == ' ' || text[line + indent] == '-')) {
            indent++;
        }
        int end = start;
        int i = start;
        int lines = 0;
        while (i < to && lines < most) {
            int first = i;
            while (first < to && text[first] == ' ' && first - i < MAX_INDENT) {
                first++;
            }
            boolean blank = isBlank(text, first, to, escaped);
            lines += !blank && text[first] > ' ' ? 1 : 0;
            if (!blank && first - i <= indent) {
                break;
            }
            first = lineEnd(text, first, to, escaped);
            end = blank ? end : first;
            if (escaped && !Chars.startsWith(text, first, to, ESCAPED_FEED)) {
                break;
            }
            i = first + (escaped ? ESCAPED_FEED.length() : 1);
        }
        return escaped && Escapes.isBehind(text, start, end, 'r') ? end - ESCAPED_RETURN.length() : end;
    }

    /** Whether nothing is on a line behind its indentation. */
    private static boolean isBlank(char[] text, int at, int to, boolean escaped) {
        return at == to
                || text[at] == '\n'
                || text[at] == '\r'
                || (escaped
                        && (text[at] == '"'
                                || Chars.startsWith(text, at, to, ESCAPED_FEED)
                                || Chars.startsWith(text, at, to, ESCAPED_RETURN)));
    }

    private static int lineEnd(char[] text, int at, int to, boolean escaped) {
        int i = at;
        while (i < to && text[i] != '\n') {
            if (escaped && (text[i] == '"' || Chars.startsWith(text, i, to, ESCAPED_FEED))) {
                break;
            }
            i += escaped && text[i] == '\\' ? 2 : 1;
        }
        return Math.min(i, to);
    }
}
