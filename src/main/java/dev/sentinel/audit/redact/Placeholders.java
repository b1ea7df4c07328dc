package dev.sentinel.audit.redact;

/**
 * Recognizes what programs fill in later: {@code ${DB_PASSWORD}}, {@code {{token}}}, {@code %s}, {@code ****}. For one
 * text at a time; one thread.
 */
final class Placeholders {
    /** The maximum length of placeholders and references. */
    static final int LONGEST = 256;

    private static final String FILLERS = "*xX.-_#\u2022\u2026";

    /** Ends a text that was cut, also behind what was redacted. */
    private static final char CUT = '\u2026';

    private final Randomness randomness;
    private final Search defaults = Search.of(":-");
    private final Randomness randomnessOfRest = new Randomness();
    private final char[] rest = new char[LONGEST];

    Placeholders(Randomness randomness) {
        this.randomness = randomness;
    }

    /** Starts a new text. */
    void begin() {
        defaults.begin();
    }

    /** Whether a text is one placeholder. */
    boolean isPlaceholder(char[] text, int from, int to) {
        int length = to - from;
        if (length == 0 || length > LONGEST) {
            return length == 0;
        }
        char first = text[from];
        char last = text[to - 1];
        return switch (first) {
            case '$' -> isVariable(text, from, to);
            case '{' -> last == '}' && ((length > 1 && text[from + 1] == '{') || isFilledIn(text, from + 1, to - 1));
            case '#' -> (length > 2 && text[from + 1] == '{' && last == '}') || isFiller(text, from, to);
            case '<' -> last == '>' && isLabel(text, from + 1, to - 1);
            case '[' -> isLabelInBrackets(text, from, last == CUT ? to - 1 : to);
            case '%' -> length <= 2 || (last == '%' && isName(text, from + 1, to - 1)) || isFormat(text, from, to);
            case ':', '@' -> length > 1 && isName(text, from + 1, to) && !Chars.hasDigit(text, from, to);
            case '!' -> isName(text, from + 1, to) && !Chars.hasDigit(text, from, to);
            case '?' -> length == 1;
            default -> isFiller(text, from, to);
        };
    }

    /**
     * {@code f"{user}-token"}: the rest is no secret.
     *
     * @param to no more than {@link #LONGEST} characters further
     */
    boolean isTemplate(char[] text, int from, int to) {
        int length = 0;
        boolean any = false;
        int i = from;
        int closing = from;
        while (i < to) {
            if (text[i] == '{') {
                closing = Math.max(closing, i);
                while (closing < to && text[closing] != '}') {
                    closing++;
                }
            }
            if (text[i] == '{' && closing < to && closing > i + 1 && isFilledIn(text, i + 1, closing)) {
                any = true;
                i = closing + 1;
            } else if (text[i] == '$' && i + 1 < to && (text[i + 1] == '{' || text[i + 1] == '(')) {
                i++;
            } else {
                rest[length++] = text[i++];
            }
        }
        if (!any) {
            return false;
        }
        randomnessOfRest.begin();
        return !randomnessOfRest.isRandom(rest, 0, length);
    }

    private boolean isVariable(char[] text, int from, int to) {
        if (to - from < 2) {
            return false;
        }
        char open = text[from + 1];
        if (open == '{' || open == '(') {
            // The text after ":-" is the default value.
            return text[to - 1] == (open == '{' ? '}' : ')') && !defaults.isIn(text, from, to);
        }
        if (Chars.isDigit(open)) {
            return to - from == 2;
        }
        int name = from + 1;
        while (name < to && isOfName(text[name])) {
            name++;
        }
        if (name == to && isMixed(text, from + 1, to)) {
            // A secret may begin with this sign too.
            return false;
        }
        boolean member = name > from + 1 && name < to && (text[name] == '[' || Chars.startsWith(text, name, to, "->"));
        return name == to || member;
    }

    private static boolean isMixed(char[] text, int from, int to) {
        boolean upper = false;
        boolean lower = false;
        for (int i = from; i < to; i++) {
            upper |= Chars.isUpper(text[i]);
            lower |= text[i] >= 'a' && text[i] <= 'z';
        }
        return upper && lower && Chars.hasDigit(text, from, to);
    }

    /** {@code %s}, {@code %(name)s}. */
    private static boolean isFormat(char[] text, int from, int to) {
        return text[from + 1] == '(' && (text[to - 1] == 's' || text[to - 1] == 'd') && text[to - 2] == ')';
    }

    private static boolean isFiller(char[] text, int from, int to) {
        char first = text[from];
        if (FILLERS.indexOf(first) < 0) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            if (text[i] != first) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfName(char c) {
        return Chars.isLetterOrDigit(c) || c == '_';
    }

    private static boolean isName(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isOfName(text[i])) {
                return false;
            }
        }
        return to > from;
    }

    private boolean isLabelInBrackets(char[] text, int from, int to) {
        return text[to - 1] == ']' && isLabel(text, from + 1, to - 1);
    }

    /** Words that describe the value. */
    private boolean isLabel(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (!Chars.isToken(c) && c != ' ' && c != '.') {
                return false;
            }
        }
        return to > from && !randomness.isRandom(text, from, to);
    }

    /** The fields of format strings: {@code {token}}, {@code {token[:4]}}. */
    private boolean isFilledIn(char[] text, int from, int to) {
        int i = from;
        while (i < to && (Chars.isToken(text[i]) || text[i] == '.' || text[i] == ' ')) {
            i++;
        }
        boolean opened = i == to || text[i] == '[' || text[i] == '(' || text[i] == '!' || text[i] == ':';
        return opened && (!randomness.isRandom(text, from, i) || !Chars.hasDigit(text, from, i));
    }
}
