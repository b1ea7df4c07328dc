package dev.sentinel.audit.redact;

/**
 * The form of an issuer's secrets, which begin with a prefix: one line of {@code shapes.tsv}, which explains the
 * columns.
 *
 * @param least the minimum of characters after the prefix
 * @param keepsPrefix whether the prefix stays, because it is an address
 */
record Shape(String prefix, Alphabet alphabet, int least, Needs needs, boolean keepsPrefix) {
    private static final int COLUMNS = 8;
    private static final int SHORTEST_PREFIX = 3;

    /** What the body needs to be more than a word. */
    enum Needs {
        ANY,
        DIGIT,
        MIXED,
        ALL
    }

    /** The characters that may follow the prefix. */
    enum Alphabet {
        DIGITS,
        HEX,
        UPPER,
        ALNUM,
        WORD,
        DOTTED,
        BASE64,
        COLON,
        PATH;

        boolean has(char c) {
            return switch (this) {
                case DIGITS -> Chars.isDigit(c);
                case HEX -> Chars.isHex(c);
                case UPPER -> Chars.isDigit(c) || Chars.isUpper(c);
                case ALNUM -> Chars.isLetterOrDigit(c);
                case WORD -> Chars.isToken(c);
                case DOTTED -> Chars.isToken(c) || c == '.';
                case BASE64 -> Chars.isToken(c) || c == '.' || c == '+' || c == '/' || c == '=';
                case COLON -> Chars.isToken(c) || c == ':';
                case PATH -> Chars.isToken(c) || c == '/' || c == '.' || c == ':' || c == '%' || c == '@';
            };
        }
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    static Shape of(String line) {
        String[] columns = line.split("\t", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("a shape has " + COLUMNS + " columns, separated by tabs");
        }
        String prefix = columns[0];
        if (prefix.length() < SHORTEST_PREFIX || prefix.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("a prefix has at least three printable characters of ASCII");
        }
        if (!Chars.isLetter(prefix.charAt(0)) && !Chars.isDigit(prefix.charAt(0))) {
            throw new IllegalArgumentException("a prefix begins with a letter or a digit");
        }
        Shape shape = new Shape(
                prefix,
                constant(Alphabet.class, columns[1]),
                Integer.parseInt(columns[2]),
                constant(Needs.class, columns[3]),
                columns[4].equals("prefix"));
        char[] example = (prefix + columns[7]).toCharArray();
        if (shape.end(example, 0, example.length, new RefusedRuns()) != example.length) {
            throw new IllegalArgumentException("the example of " + prefix + " has not its shape");
        }
        return shape;
    }

    /** Whether a line has the form that this version reads. */
    static boolean isUnderstood(String line) {
        try {
            of(line);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("unknown: " + name);
    }

    /**
     * Where the secret that begins here ends, or -1 if none does.
     *
     * @param refused of the same text
     */
    int end(char[] text, int at, int to, RefusedRuns refused) {
        if (!Chars.startsWith(text, at, to, prefix)) {
            return -1;
        }
        int body = at + prefix.length();
        if (refused.has(alphabet, needs, body)) {
            return -1;
        }
        int end = body;
        boolean digit = false;
        boolean upper = false;
        boolean lower = false;
        while (end < to && alphabet.has(text[end])) {
            char c = text[end++];
            digit |= Chars.isDigit(c);
            upper |= Chars.isUpper(c);
            lower |= Chars.isLetter(c) && !Chars.isUpper(c);
        }
        // A sentence may end behind it.
        while (end > body && text[end - 1] == '.') {
            end--;
        }
        boolean random =
                switch (needs) {
                    case ANY -> true;
                    case DIGIT -> digit;
                    case MIXED -> digit || (upper && lower);
                    case ALL -> digit && upper && lower;
                };
        if (!random) {
            refused.add(alphabet, needs, body, end);
        }
        return end - body >= least && random ? end : -1;
    }
}
