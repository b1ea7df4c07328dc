package dev.sentinel.audit.redact;

/** Recognizes escapes of text within text: JSON in JSON, percent-encoding, terminal colors. ASCII only. */
final class Escapes {
    /** The longest terminal sequence that is recognized: {@code [38;2;255;255;255m}. */
    private static final int LONGEST_SEQUENCE = 20;

    /** The spellings of ESC. */
    private static final String[] MARKS = {"\u001b", "\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e"};

    private static final boolean[] BEFORE_PART = Chars.tableOf("\\%[;");
    private static final boolean[] OF_SEQUENCE = Chars.tableOf("0123456789;[");
    private static final boolean[] ENDS_SHORT = Chars.tableOf("nrtbfve0");
    private static final boolean[] ENDS_MARK = Chars.tableOf("\u001bbB3e");

    private Escapes() {}

    /** Whether a word starts here. The letters of an escape sequence belong to no word. */
    static boolean startsWord(char[] text, int from, int at) {
        return at == from || !Chars.isToken(text[at - 1]) || endsEscape(text, from, at);
    }

    /** How many characters of the word at this position belong to an escape sequence before it. */
    static int escapePart(char[] text, int from, int word, int to) {
        boolean may = word > from && text[word - 1] < Terms.ASCII && BEFORE_PART[text[word - 1]];
        return may ? partBehind(text[word - 1], text, from, word, to) : 0;
    }

    private static int partBehind(char before, char[] text, int from, int word, int to) {
        if (before == '[' || before == ';') {
            return sequencePart(text, from, word, to);
        }
        if (before == '%') {
            return hexRun(text, word, Math.min(to, word + 2)) == 2 ? 2 : 0;
        }
        if (before != '\\' || word == to) {
            return 0;
        }
        return switch (text[word]) {
            case 'n', 'r', 't', 'b', 'f', 'v', 'e' -> 1;
            case 'u' -> hexRun(text, word + 1, Math.min(to, word + 5)) == 4 ? 5 : 0;
            case 'x' -> hexRun(text, word + 1, Math.min(to, word + 3)) == 2 ? 3 : 0;
            default -> 0;
        };
    }

    /** Of {@code [32mword}, the parameters and the letter. */
    private static int sequencePart(char[] text, int from, int word, int to) {
        int letter = word;
        while (letter < to && Chars.isDigit(text[letter])) {
            letter++;
        }
        return letter < to && endsSequence(text, from, letter) ? letter + 1 - word : 0;
    }

    private static int hexRun(char[] text, int from, int to) {
        int i = from;
        while (i < to && Chars.isHex(text[i])) {
            i++;
        }
        return i - from;
    }

    /** Whether an escape precedes this position. */
    static boolean isBehindEscape(char[] text, int from, int at) {
        return at > from && endsEscape(text, from, at);
    }

    private static boolean endsEscape(char[] text, int from, int at) {
        char last = text[at - 1];
        if (at - 2 >= from && text[at - 2] == '\\' && last < Terms.ASCII && ENDS_SHORT[last]) {
            return true;
        }
        if (Chars.isHex(last)
                && (isEscape(text, from, at, '%', 2)
                        || isEscape(text, from, at, 'x', 2)
                        || isEscape(text, from, at, 'u', 4))) {
            return true;
        }
        return Chars.isLetter(last) && endsSequence(text, from, at - 1);
    }

    /** {@code %3D}, {@code \x3d} or {@code \}{@code u003d}. */
    private static boolean isEscape(char[] text, int from, int at, char mark, int digits) {
        int start = at - digits - 1;
        return start >= from
                && text[start] == mark
                && hexRun(text, start + 1, at) == digits
                && (mark == '%' || (start > from && text[start - 1] == '\\'));
    }

    /** Where the terminal sequence that ends here begins; the same position if there is none. */
    static int sequenceStart(char[] text, int from, int end) {
        if (end == from || !Chars.isLetter(text[end - 1]) || !endsSequence(text, from, end - 1)) {
            return end;
        }
        int i = end - 1;
        while (text[i] != '[') {
            i--;
        }
        for (String mark : MARKS) {
            if (endsWith(text, from, i, mark)) {
                return i - mark.length();
            }
        }
        return end;
    }

    /** Where the terminal sequence that begins here ends; the same position if there is none. */
    static int sequenceEnd(char[] text, int at, int to) {
        if (at == to || (text[at] != '\u001b' && text[at] != '\\')) {
            return at;
        }
        for (String mark : MARKS) {
            if (Chars.startsWith(text, at, to, mark)) {
                int i = at + mark.length();
                if (i == to || text[i++] != '[') {
                    return at;
                }
                while (i < to && i - at < LONGEST_SEQUENCE && (Chars.isDigit(text[i]) || text[i] == ';')) {
                    i++;
                }
                return i < to && Chars.isLetter(text[i]) ? i + 1 : at;
            }
        }
        return at;
    }

    /** ECMA-48, section 5.4: ESC [ parameters, a letter. */
    private static boolean endsSequence(char[] text, int from, int letter) {
        if (letter == from || text[letter - 1] >= Terms.ASCII || !OF_SEQUENCE[text[letter - 1]]) {
            return false;
        }
        int i = letter;
        while (i > from && letter - i < LONGEST_SEQUENCE && (Chars.isDigit(text[i - 1]) || text[i - 1] == ';')) {
            i--;
        }
        if (i == from || text[i - 1] != '[') {
            return false;
        }
        int bracket = i - 1;
        if (bracket == from || text[bracket - 1] >= Terms.ASCII || !ENDS_MARK[text[bracket - 1]]) {
            return false;
        }
        for (String mark : MARKS) {
            if (endsWith(text, from, bracket, mark)) {
                return true;
            }
        }
        return false;
    }

    static boolean endsWith(char[] text, int from, int end, String what) {
        int start = end - what.length();
        return start >= from && Chars.startsWith(text, start, end, what);
    }

    /** Whether a line end, or its escape in JSON, precedes this position. */
    static boolean endsLine(char[] text, int from, int at) {
        return at > from && (text[at - 1] == '\n' || isBehind(text, from, at, 'n'));
    }

    /** Whether a backslash and this letter precede this position. */
    static boolean isBehind(char[] text, int from, int at, char letter) {
        return at - 2 >= from && text[at - 1] == letter && text[at - 2] == '\\';
    }

    /** Whether the escape of a line end or a tab precedes this position. */
    static boolean isBehindSpace(char[] text, int from, int at) {
        return at - 2 >= from && text[at - 2] == '\\' && isOfSpace(text[at - 1]);
    }

    private static boolean isOfSpace(char letter) {
        return letter == 'n' || letter == 'r' || letter == 't';
    }

    /** The length of the white space at this position, which may be an escape; 0 if there is none. */
    static int space(char[] text, int at, int to) {
        if (at >= to) {
            return 0;
        }
        return text[at] <= ' ' ? 1 : text[at] == '\\' && at + 1 < to && isOfSpace(text[at + 1]) ? 2 : 0;
    }

    /** Skips white space, up to a number of characters or escapes. */
    static int skipSpaces(char[] text, int at, int to, int most) {
        int i = at;
        for (int spaces = 0; spaces < most; spaces++) {
            int length = space(text, i, to);
            if (length == 0) {
                break;
            }
            i += length;
        }
        return i;
    }

    /** The length of the blank at this position, in any spelling; 0 if there is none. */
    static int blank(char[] text, int at, int to) {
        if (at >= to) {
            return 0;
        }
        return switch (text[at]) {
            case ' ', '\t', '+' -> 1;
            case '%' -> Chars.startsWith(text, at, to, "%20") ? 3 : 0;
            case '\\' -> at + 1 < to && text[at + 1] == 't' ? 2 : Chars.startsWith(text, at, to, "\\u0020") ? 6 : 0;
            default -> 0;
        };
    }

    /** Whether the escape of a control character, which ends a value, begins here. */
    static boolean isControl(char[] text, int at, int to) {
        if (at + 1 >= to) {
            return false;
        }
        if (text[at] == '\\') {
            return switch (text[at + 1]) {
                case 'n', 'r', 't' -> true;
                case 'u' -> Chars.startsWith(text, at + 2, to, "000") || Chars.startsWith(text, at + 2, to, "001b");
                default -> false;
            };
        }
        return text[at] == '%'
                && (Chars.startsWith(text, at, to, "%0A")
                        || Chars.startsWith(text, at, to, "%0a")
                        || Chars.startsWith(text, at, to, "%0D")
                        || Chars.startsWith(text, at, to, "%0d"));
    }
}
