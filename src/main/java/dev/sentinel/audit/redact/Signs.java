package dev.sentinel.audit.redact;

/** The signs that assign a value to a name: {@code = : := => ==}, their escapes, and those of tables and fallbacks. */
final class Signs {
    private Signs() {}

    /** The length of the sign at this position; 0 if there is none. */
    static int length(char[] text, int from, int at, int to) {
        return switch (text[at]) {
            case ':' ->
                follows(text, at, to, ':') || precedes(text, from, at, ':') ? 0 : follows(text, at, to, '=') ? 2 : 1;
            case '=' -> ofEquals(text, from, at, to);
            case '%' -> isEscapedEquals(text, at, to) || isEscapedColon(text, at, to) ? 3 : 0;
            case '\\' -> isEscapedInJson(text, at, to) ? 6 : 0;
            case '|' -> follows(text, at, to, '|') ? 2 : isCell(text, from, at) ? 1 : 0;
            case '?' -> follows(text, at, to, '?') ? 2 : 0;
            case '-' -> Chars.startsWith(text, at, to, "-> ") && precedes(text, from, at, ' ') ? 2 : 0;
            default -> 0;
        };
    }

    private static int ofEquals(char[] text, int from, int at, int to) {
        if (precedes(text, from, at, ':') || precedes(text, from, at, '=')) {
            return 0;
        }
        return follows(text, at, to, '>') || follows(text, at, to, '=') ? 2 : 1;
    }

    private static boolean isEscapedEquals(char[] text, int at, int to) {
        return Chars.startsWith(text, at, to, "%3D") || Chars.startsWith(text, at, to, "%3d");
    }

    static boolean isEscapedColon(char[] text, int at, int to) {
        return text[at] == '%' && Chars.startsWithIgnoringCase(text, at, to, "%3a");
    }

    /** {@code \}{@code u003d} or {@code \}{@code u003a} */
    private static boolean isEscapedInJson(char[] text, int at, int to) {
        if (!Chars.startsWith(text, at, to, "\\u003") || at + 5 >= to) {
            return false;
        }
        int last = text[at + 5] | 0x20;
        return last == 'd' || last == 'a';
    }

    /** Whether a table cell ends here that follows another one: {@code | DB_PASSWORD | V |}. */
    private static boolean isCell(char[] text, int from, int at) {
        int i = at;
        while (i > from && at - i < NameBefore.MAX_NAME && text[i - 1] != '|' && text[i - 1] != '\n') {
            i--;
        }
        return i > from && text[i - 1] == '|';
    }

    static boolean follows(char[] text, int at, int to, char c) {
        return at + 1 < to && text[at + 1] == c;
    }

    private static boolean precedes(char[] text, int from, int at, char c) {
        return at > from && text[at - 1] == c;
    }
}
