package dev.sentinel.audit.redact;

/** Finds YAML values that do not begin after their colon. Compares indentation up to {@link #MAX_INDENT}. */
final class Yaml {
    private static final int MAX_INDENT = 64;
    private static final int MAX_TAG = 32;

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
        if (i < to && text[i] == '\r') {
            i++;
        }
        return i < to && text[i] == '\n' ? i + 1 : -1;
    }

    /**
     * Where the lines that are indented more than the name end.
     *
     * @param most how many lines that begin with a character are read: blocks within blocks have the same lines
     */
    static int blockEnd(char[] text, int from, int name, int start, int to, int most) {
        int line = name;
        while (line > from && name - line < MAX_INDENT && text[line - 1] != '\n') {
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
            lines += first < to && text[first] > ' ' ? 1 : 0;
            boolean blank = first == to || text[first] == '\n' || text[first] == '\r';
            if (!blank && first - i <= indent) {
                break;
            }
            while (first < to && text[first] != '\n') {
                first++;
            }
            end = blank ? end : first;
            i = first + 1;
        }
        return end;
    }
}
