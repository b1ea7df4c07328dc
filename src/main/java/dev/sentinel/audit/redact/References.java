package dev.sentinel.audit.redact;

/** Recognizes names in place of a value: of variables, members, calls, types, files and addresses. */
final class References {
    private static final int LONGEST_NUMBER = 12;
    private static final int FIRST_SCHEME_END = 2;
    private static final int LAST_SCHEME_END = 11;
    private static final int LONGEST_FILE_KIND = 4;

    private static final WordSet OWNERS = WordSet.of("owners");
    private static final boolean[] OF_FILE = Chars.tableOf("abcdefghijklmnopqrstuvwxyz/._-");

    private References() {}

    /** An address, unless it has the sign of a user. Other rules find the secrets in it. */
    static boolean isAddress(char[] text, int from, int to) {
        if (!Chars.isLetter(text[from])) {
            return false;
        }
        int last = Math.min(to - 1, from + LAST_SCHEME_END);
        for (int i = from + 1; i <= last; i++) {
            if (text[i] == ':' && Chars.startsWith(text, i, to, "://")) {
                return i - from >= FIRST_SCHEME_END;
            }
        }
        return false;
    }

    /** {@code 0x00000377L}, {@code java.naming.security.credentials} and a sign alone. */
    static boolean isNumberOrDotted(char[] text, int from, int to) {
        if (to - from == 1) {
            return !Character.isLetterOrDigit(text[from]);
        }
        if (Chars.startsWith(text, from, to, "0x")) {
            return to - from <= LONGEST_NUMBER;
        }
        int points = 0;
        for (int i = from; i < to; i++) {
            char c = text[i];
            points += c == '.' ? 1 : 0;
            if (!Chars.isLetter(c) && c != '.' && c != '_') {
                return false;
            }
        }
        return points >= 2;
    }

    static boolean isFile(char[] text, int from, int to) {
        if (Chars.startsWith(text, from, to, "./")
                || Chars.startsWith(text, from, to, "../")
                || Chars.startsWith(text, from, to, "~/")) {
            return true;
        }
        int slash = -1;
        int point = -1;
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (c >= Terms.ASCII || !OF_FILE[c]) {
                return false;
            }
            slash = c == '/' ? i : slash;
            point = c == '.' ? i : point;
        }
        int kind = to - point - 1;
        return slash > from && point > slash && kind >= 2 && kind <= LONGEST_FILE_KIND;
    }

    /** {@code deleted orphaned secret} */
    static boolean isAboutSecret(char[] text, int from, int to, SecretNames names) {
        int blank = from;
        for (int i = from; i < to; i++) {
            if (text[i] == ' ') {
                blank = i;
            } else if (!Chars.isLetter(text[i])) {
                return false;
            }
        }
        return blank > from && names.secrecy(text, blank + 1, to) != NameSecrecy.NONE;
    }

    /** {@code os.environ[...]}, {@code getToken()}, {@code self.password}, {@code Optional[str]}. */
    static boolean isReference(char[] text, int from, int to, SecretNames names) {
        int i = from;
        if (Chars.startsWith(text, from, to, "[]")) {
            i += 2;
        }
        while (i < to && (text[i] == '*' || text[i] == '&' || text[i] == '!')) {
            i++;
        }
        int part = i;
        int ownerEnd = from;
        while (i < to) {
            char c = text[i];
            if (Chars.isLetter(c) || c == '_' || c == '#' || (i > part && Chars.isDigit(c))) {
                i++;
                continue;
            }
            if (i == part) {
                return false;
            }
            if (c == '(' || c == '[' || c == '{') {
                return true;
            }
            if (c == '!' && i == to - 1) {
                break;
            }
            int selector = c == '.' ? 1 : isSelector(text, i, to) ? 2 : 0;
            if (selector == 0) {
                return false;
            }
            ownerEnd = ownerEnd == from ? i : ownerEnd;
            i += selector;
            part = i;
        }
        if (i == part) {
            return false;
        }
        if (OWNERS.hasIgnoringCase(text, from, ownerEnd)) {
            return true;
        }
        return !Chars.hasDigit(text, part, i) && names.secrecy(text, part, to) != NameSecrecy.NONE;
    }

    private static boolean isSelector(char[] text, int at, int to) {
        return Chars.startsWith(text, at, to, "->") || Chars.startsWith(text, at, to, "::");
    }
}
