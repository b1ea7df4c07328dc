package dev.sentinel.audit.redact;

/** The notations of values in programs: types, prefixes, calls and expressions. */
final class Code {
    private static final int MAX_NAME = NameBefore.MAX_NAME;

    private static final WordSet WRAPPERS = WordSet.of("wrapper");
    private static final WordSet CARRIERS = WordSet.of("carrier");
    private static final boolean[] OF_PREFIX =
            Chars.tableOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.@$:");
    private static final boolean[] OF_FORMAT = Chars.tableOf("0123456789<>^=+-#., ");

    private Code() {}

    /**
     * Where the value of {@code password: str = "V"} begins; -1 if there is no type.
     *
     * @param end of what may be a type
     */
    static int behindType(char[] text, int at, int end, int to) {
        boolean assigned = end > at && end + 1 < to && text[end] == '=' && text[end + 1] != '=' && text[end + 1] != '>';
        if (!assigned || (!Chars.isLetter(text[at]) && text[at] != '&')) {
            return -1;
        }
        boolean member = Chars.startsWith(text, at, to, "self.") || Chars.startsWith(text, at, to, "this.");
        return member ? -1 : end + 1;
    }

    /** Where the quote is in {@code b'V'}, {@code SecretStr('V')}, {@code []byte("V")}; else the same place. */
    static int behindPrefix(char[] text, int at, int to, SecretNames names) {
        int i = at;
        if (i < to && text[i] == 'n' && Chars.startsWith(text, i, to, "new ")) {
            i += 4;
        } else if (i + 1 < to && text[i] == '[' && text[i + 1] == ']') {
            i += 2;
        }
        int word = i;
        while (i < to && i - word < MAX_NAME && text[i] < Terms.ASCII && OF_PREFIX[text[i]]) {
            i++;
        }
        if (i == word || i == to) {
            return at;
        }
        if (Chars.isQuote(text[i])) {
            return i - word <= 2 ? i : at;
        }
        if (text[i] == ' ' && isCmdlet(text, word, i)) {
            i++;
            return Chars.startsWith(text, i, to, "-String ") ? i + 8 : i;
        }
        if (text[i] != '(' || !isWrapper(text, word, i, names)) {
            return at;
        }
        i++;
        int prefix = i;
        while (i < to && i - prefix < 2 && Chars.isLetter(text[i])) {
            i++;
        }
        return i < to && (Chars.isQuote(text[i]) || text[i] == '\\') ? i : at;
    }

    /** {@code ConvertTo-SecureString "V"} of PowerShell. */
    private static boolean isCmdlet(char[] text, int word, int end) {
        return Chars.startsWith(text, word, end, "ConvertTo-") && isWrapped(text, word, end);
    }

    private static boolean isWrapper(char[] text, int word, int end, SecretNames names) {
        int last = end;
        while (last > word && text[last - 1] != '.' && text[last - 1] != ':') {
            last--;
        }
        return isWrapped(text, last, end)
                || (isConstructor(text, word, end) && names.secrecy(text, last, end) != NameSecrecy.NONE);
    }

    /** Whether a call constructs an object whose class may have the name of a secret: {@code new Cookie("theme")}. */
    static boolean isConstructor(char[] text, int start, int end) {
        int last = end;
        while (last > start && !Chars.isLetter(text[last - 1])) {
            last--;
        }
        int word = last;
        while (word > start && Chars.isToken(text[word - 1])) {
            word--;
        }
        return word < last && Chars.isUpper(text[word]) && !isWrapped(text, word, last);
    }

    private static boolean isWrapped(char[] text, int word, int end) {
        return CARRIERS.has(text, word, end) || new NameWords(text, word, end).isAnyOf(WRAPPERS);
    }

    /**
     * Whether unquoted text is code or prose rather than a value: {@code token == other_token}, {@code "token":
     * tokenOfUser}, {@code :param token: The token of …}, {@code {token:>12s}}.
     */
    static boolean isExpression(
            char[] text, int from, int start, int end, int to, int after, boolean colon, boolean quotedName) {
        int i = start;
        boolean mixed = false;
        while (i < end && end - start <= MAX_NAME && (Chars.isLetter(text[i]) || text[i] == '_' || text[i] == '.')) {
            mixed |= text[i] == '_' || text[i] == '.' || (i > start && Chars.isUpper(text[i]));
            i++;
        }
        boolean block = i == end - 1 && i > start && text[i] == ':';
        if (i < end && !colon && end < to && text[end] == ';' && isIdentifier(text, start, end)) {
            // wc.baseSecret = nplus1;
            return after - 2 >= from && text[after - 2] == ' ' && start > after;
        }
        if ((i < end && !block) || end == start) {
            return colon && after == start && end < to && text[end] == '}' && isFormat(text, start, end);
        }
        boolean compared = after - 2 >= from && text[after - 1] == '=' && text[after - 2] == '=';
        boolean spaced = after - 2 >= from && text[after - 2] == ' ' && start > after;
        boolean argument = end < to && (text[end] == ',' || text[end] == ')' || text[end] == ';');
        boolean statement = spaced && end < to && text[end] == ';';
        boolean sentence = colon
                && Chars.isUpper(text[start])
                && end + 1 < to
                && text[end] == ' '
                && Chars.isLetter(text[end + 1]);
        boolean generic = colon && end < to && text[end] == '<';
        return compared
                || generic
                || sentence
                || statement
                || (quotedName && colon)
                || (mixed && (spaced || argument || block));
    }

    private static boolean isIdentifier(char[] text, int start, int end) {
        int digits = 0;
        for (int i = start; i < end; i++) {
            digits += Chars.isDigit(text[i]) ? 1 : 0;
            if (!Chars.isLetter(text[i]) && !Chars.isDigit(text[i]) && text[i] != '_') {
                return false;
            }
        }
        return digits == 1 && Chars.isLetter(text[start]);
    }

    /** A format specification of Python and others: {@code {token:056d}}. */
    private static boolean isFormat(char[] text, int start, int end) {
        if (end - start > 6) {
            return false;
        }
        for (int i = start; i < end - 1; i++) {
            if (text[i] >= Terms.ASCII || !OF_FORMAT[text[i]]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text here is itself assigned a value: {@code passwd = acct = ''}. */
    static boolean isChained(char[] text, int end, int to) {
        return end + 2 < to && text[end] == ' ' && text[end + 1] == '=' && text[end + 2] == ' ';
    }
}
