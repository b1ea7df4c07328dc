package dev.sentinel.audit.redact;

/**
 * Finds the name before a sign: {@code password =}, {@code "api_key":}, {@code d['token'] =}, {@code user[pwd]=}, also
 * with a type in between, as in {@code const Token string =}. Reused; one thread.
 */
final class NameBefore {
    static final int MAX_NAME = 64;
    private static final int MAX_GAP = 40;
    private static final int MAX_ACCESSORS = 40;

    /** Types that Go and others place between a name and its value. */
    private static final WordSet TYPES = WordSet.of("types");

    private static final WordSet PARTS = WordSet.of("parts");
    private static final int MAX_PART = 6;

    private final Quotes quote = new Quotes();
    private int start;
    private int end;
    private boolean quoted;

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Whether the name itself is quoted. */
    boolean isQuoted() {
        return quoted;
    }

    /** Finds the name before a sign; false if there is none. */
    boolean find(char[] text, int from, int sign) {
        end = sign;
        while (end > from && sign - end < MAX_GAP && isBetween(text[end - 1])) {
            end--;
        }
        if (end > from && text[end - 1] == '}') {
            end = behindAccessors(text, from, end);
        }
        boolean indexed = end > from && text[end - 1] == ']';
        if (indexed) {
            end--;
            if (end > from && text[end - 1] == '[') {
                // char token[] = "V"
                end--;
            }
        } else if (end > from && text[end - 1] == 'D' && Escapes.endsWith(text, from, end, "%5D")) {
            end -= 3;
        }
        quoted = quote.before(text, from, end);
        if (quoted) {
            end = quote.start();
        } else {
            end = Escapes.sequenceStart(text, from, end);
        }
        start = nameStart(text, from, end);
        if (!quoted && text[sign] == '=') {
            behindType(text, from);
        }
        return start < end;
    }

    /** A blank, or an asterisk of a bold label in Markdown. */
    private static boolean isBetween(char c) {
        return c == ' ' || c == '\t' || c == '*';
    }

    private static int nameStart(char[] text, int from, int end) {
        int name = end;
        while (name > from && end - name < MAX_NAME && isOfName(text[name - 1])) {
            name--;
        }
        return Math.min(end, name + Escapes.escapePart(text, from, name, end));
    }

    private static boolean isOfName(char c) {
        return Chars.isToken(c) || c == '.' || (c >= Terms.ASCII && Character.isLetter(c));
    }

    /** {@code string ApiKey { get; set; } = "V"} */
    private static int behindAccessors(char[] text, int from, int at) {
        int i = at - 1;
        while (i > from && at - i < MAX_ACCESSORS && text[i] != '{' && text[i] != '\n') {
            i--;
        }
        if (text[i] != '{' || !Chars.startsWith(text, i, at, "{ get;")) {
            return at;
        }
        while (i > from && text[i - 1] == ' ') {
            i--;
        }
        return i;
    }

    private void behindType(char[] text, int from) {
        if (end - start > 6 || start == from || text[start - 1] != ' ' || !isType(text)) {
            return;
        }
        int before = start - 1;
        int name = nameStart(text, from, before);
        if (name < before) {
            end = before;
            start = name;
        }
    }

    private boolean isType(char[] text) {
        return TYPES.has(text, start, end);
    }

    /**
     * Extends the name by the word before it, if there is one: {@code API key:}, {@code Unseal Key 1:}.
     *
     * @return whether there was a word
     */
    boolean extend(char[] text, int from) {
        int before = start;
        if (before == from || text[before - 1] != ' ') {
            return false;
        }
        int word = nameStart(text, from, before - 1);
        if (word == before - 1 || end - word > MAX_NAME) {
            return false;
        }
        start = word;
        return true;
    }

    /** {@code Unseal Key 1} */
    private void behindNumber(char[] text, int from) {
        boolean number = end - start <= 2 && Chars.isDigit(text[end - 1]) && start > from && text[start - 1] == ' ';
        if (number) {
            int word = nameStart(text, from, start - 1);
            end = start - 1;
            start = word;
        }
    }

    /** Whether the name is the last word of a common label, such as key or phrase, or "is". */
    boolean isPartOfLabel(char[] text) {
        return end - start <= MAX_PART && PARTS.hasIgnoringCase(text, start, end);
    }

    /** The secrecy of a label in prose, such as {@code API key} or {@code the password is}. */
    NameSecrecy secrecyOfLabel(char[] text, int from, SecretNames names) {
        if (Chars.isDigit(text[start])) {
            behindNumber(text, from);
        }
        int word = start;
        if (!isPartOfLabel(text) || !extend(text, from)) {
            return NameSecrecy.NONE;
        }
        if (text[word] == 'i') {
            // The name precedes "is".
            end = word - 1;
            NameSecrecy told = names.secrecy(text, start, end);
            return told == NameSecrecy.NONE && isPartOfLabel(text) ? secrecyOfTwoWords(text, from, names) : told;
        }
        start = word;
        return secrecyOfTwoWords(text, from, names);
    }

    private NameSecrecy secrecyOfTwoWords(char[] text, int from, SecretNames names) {
        int word = start;
        NameSecrecy secrecy = extend(text, from) ? names.secrecy(text, start, end) : NameSecrecy.NONE;
        if (secrecy == NameSecrecy.NONE) {
            start = word;
        }
        return secrecy;
    }
}
