package dev.sentinel.audit.redact;

/**
 * Distinguishes secrets from what else may be in their place: placeholders, references, types, words. Longer texts than
 * {@link Placeholders#LONGEST} are none of these. For one text at a time; one thread.
 */
final class Values {
    private static final WordSet WORDS = WordSet.of("words");
    private static final int LONGEST_WORD =
            RuleFiles.ordered("words").stream().mapToInt(String::length).max().orElse(0);

    private final SecretNames names;
    private boolean stale = true;
    private final Randomness randomness = new Randomness();
    private final Placeholders placeholders = new Placeholders(randomness);
    private final StandIns standIns = new StandIns(randomness, placeholders);
    private final Search users = Search.of(Chars.tableOf("@"));
    private final Search templates = Search.of("${");
    private final Search patterns = new Search(Chars.tableOf("([\\"), 5, Values::isOfPattern);

    Values(SecretNames names) {
        this.names = names;
    }

    /** Starts a new text. Most have no value, so the first one clears what was remembered. */
    void begin() {
        stale = true;
    }

    private void clearIfStale() {
        if (stale) {
            clear();
        }
    }

    private void clear() {
        stale = false;
        randomness.begin();
        placeholders.begin();
        standIns.begin();
        users.begin();
        templates.begin();
        patterns.begin();
    }

    /** Whether a text under a name of this secrecy is a secret. */
    boolean isSecret(NameSecrecy secrecy, char[] text, int from, int to) {
        clearIfStale();
        return switch (secrecy) {
            case NONE -> false;
            case GENERATED -> randomness.isGenerated(text, from, to);
            case LIKELY -> randomness.isRandom(text, from, to) && !standIns.isStandIn(text, from, to);
            case TEXT, ANY -> to > from && !standIns.isStandIn(text, from, to);
        };
    }

    /**
     * Whether a text under a name of this secrecy is a secret, and no word of a language.
     *
     * @param quoted whether it is in quotes
     */
    boolean isSecretValue(NameSecrecy secrecy, char[] text, int from, int to, boolean quoted) {
        clearIfStale();
        // Long values overlap, and all that end with a pattern are none.
        boolean overlaps = to - from > Kinds.LONGEST && to - from <= Placeholders.LONGEST;
        if ((overlaps && isPattern(text, from, to)) || !isSecret(secrecy, text, from, to)) {
            return false;
        }
        boolean standIn = secrecy == NameSecrecy.GENERATED && standIns.isStandIn(text, from, to);
        return !standIn && !isOrdinary(text, from, to, quoted);
    }

    /**
     * Of a value that is no secret, until where the values begin that end with it and are none for the same reason. The
     * same position if its beginning is the reason.
     */
    int refusedUntil(NameSecrecy secrecy, char[] text, int from, int to) {
        clearIfStale();
        int until =
                switch (secrecy) {
                    case GENERATED -> randomness.notGeneratedUntil(from, to);
                    case LIKELY -> randomness.notRandomUntil(text, from, to);
                    case NONE, TEXT, ANY -> from;
                };
        if (until == from && to - from <= Placeholders.LONGEST) {
            int pattern = patterns.next(text, from, to);
            return pattern < to ? pattern + 1 : from;
        }
        return until;
    }

    /** Whether a text looks random: no word, no sentence, no path. */
    boolean isRandom(char[] text, int from, int to) {
        clearIfStale();
        return randomness.isRandom(text, from, to);
    }

    /** Whether a text looks generated: long, and without the separators of words and ids. */
    boolean isGenerated(char[] text, int from, int to) {
        clearIfStale();
        return randomness.isGenerated(text, from, to);
    }

    /** Whether a text is a placeholder: {@code ${DB_PASSWORD}}, {@code {{token}}}, {@code ****}. */
    boolean isPlaceholder(char[] text, int from, int to) {
        clearIfStale();
        return placeholders.isPlaceholder(text, from, to);
    }

    /** Whether a text is a placeholder, a reference or an instruction. */
    boolean isStandIn(char[] text, int from, int to) {
        clearIfStale();
        return standIns.isStandIn(text, from, to);
    }

    /** Whether a text is a placeholder, or a word, a type, a call or a variable in text or code. */
    boolean isHarmless(char[] text, int from, int to, boolean quoted) {
        clearIfStale();
        return standIns.isStandIn(text, from, to) || isOrdinary(text, from, to, quoted);
    }

    private boolean isOrdinary(char[] text, int from, int to, boolean quoted) {
        if (to - from > Placeholders.LONGEST) {
            return false;
        }
        int kinds = Kinds.of(text, from, to);
        return isWord(text, from, to)
                || References.isNumberOrDotted(text, from, to)
                || (Kinds.has(kinds, Kinds.SLASH) && References.isFile(text, from, to))
                || (!quoted && References.isReference(text, from, to, names))
                || (Kinds.has(kinds, Kinds.BLANK) && References.isAboutSecret(text, from, to, names))
                || (Kinds.has(kinds, Kinds.COLON, Kinds.SLASH) && isAddress(text, from, to))
                || (Kinds.has(kinds, Kinds.BRACKET | Kinds.BACKSLASH | Kinds.POINT) && isPattern(text, from, to))
                || (Kinds.has(kinds, Kinds.BRACKET) && isTemplate(text, from, to, quoted));
    }

    private boolean isAddress(char[] text, int from, int to) {
        return References.isAddress(text, from, to) && !users.isIn(text, from, to);
    }

    private boolean isTemplate(char[] text, int from, int to, boolean quoted) {
        return (quoted || templates.isIn(text, from, to)) && placeholders.isTemplate(text, from, to);
    }

    /** {@code required|min:8}, {@code REDACTED/}: a word, if nothing but a sign or a rule follows it. */
    private static boolean isWord(char[] text, int from, int to) {
        int end = from;
        int i = from;
        while (i < to && (text[i] != '|' || i == from)) {
            if (!isMarkOfEnd(text[i])) {
                end = i + 1;
                if (end - from > LONGEST_WORD) {
                    return false;
                }
            }
            i++;
        }
        return WORDS.hasIgnoringCase(text, from, end);
    }

    private static boolean isMarkOfEnd(char c) {
        return c == '/' || c == '.' || c == '!' || c == ';' || c == ':';
    }

    /** A regular expression for a secret. */
    private boolean isPattern(char[] text, int from, int to) {
        return Chars.startsWith(text, from, to, ".*") || patterns.isIn(text, from, to);
    }

    private static boolean isOfPattern(char[] text, int at, int to) {
        return switch (text[at]) {
            case '(' -> at + 1 < to && text[at + 1] == '?';
            case '[' ->
                Chars.startsWith(text, at, to, "[^")
                        || Chars.startsWith(text, at, to, "[A-Z")
                        || Chars.startsWith(text, at, to, "[a-z")
                        || Chars.startsWith(text, at, to, "[0-9]");
            default ->
                Chars.startsWith(text, at, to, "\\w")
                        || Chars.startsWith(text, at, to, "\\s")
                        || Chars.startsWith(text, at, to, "\\d+")
                        || Chars.startsWith(text, at, to, "\\d{");
        };
    }
}
