package dev.sentinel.audit.redact;

/**
 * Distinguishes texts that look random from words, sentences and paths. Values overlap, as in {@code a=b=c=…}: what was
 * read for one is remembered for those within it. For one text at a time; one thread.
 */
final class Randomness {
    private static final int SHORTEST = 6;
    private static final int LONG = 20;
    private static final int LONGEST_WORD = 4096;
    private static final int SHORTEST_GENERATED = 16;

    /** The longest mark that is not random: a redacted text would look random only because of it. */
    private static final int MARK = RedactionRules.REPLACEMENT.length();

    private static final boolean[] SEPARATORS = Chars.tableOf("+/=_-.~%:");

    private final Search digits = Search.of(Chars.tableOf("0123456789"));
    private final Search uppers = Search.of(Chars.tableOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    private final Search lowers = Search.of(Chars.tableOf("abcdefghijklmnopqrstuvwxyz"));
    /** What no random text has. */
    private final Search others = Search.ofOthers(random(), MARK, Randomness::isOther);

    /** No text looks generated that begins within this stretch and ends at {@link #refusedEnd}. */
    private int refusedFrom;

    private int refusedUntil;
    private int refusedEnd;

    /** What random texts have, unless it begins a mark. */
    private static boolean[] random() {
        boolean[] random = new boolean[Terms.ASCII];
        for (char c = 0; c < Terms.ASCII; c++) {
            random[c] = c > ' ' && c <= '~' && c != '\\' && c != '[';
        }
        return random;
    }

    /** Starts a new text. */
    void begin() {
        digits.begin();
        uppers.begin();
        lowers.begin();
        others.begin();
        refusedFrom = 0;
        refusedUntil = 0;
        refusedEnd = 0;
    }

    /** Whether a text looks random: no word, no sentence, no path. */
    boolean isRandom(char[] text, int from, int to) {
        int length = to - from;
        if (length < SHORTEST || text[from] == '#' || isPath(text, from, to)) {
            return false;
        }
        if (length > LONGEST_WORD) {
            return true;
        }
        if (others.isIn(text, from, to)) {
            return false;
        }
        return isMixed(text, from, to)
                || (length >= LONG && uppers.isIn(text, from, to) && lowers.isIn(text, from, to));
    }

    /** Whether a text has a digit and a letter. */
    private boolean isMixed(char[] text, int from, int to) {
        return digits.isIn(text, from, to) && (lowers.isIn(text, from, to) || uppers.isIn(text, from, to));
    }

    /**
     * Until where the texts begin that end here and do not look random: they have too few kinds of characters, or
     * something that no random text has. The same position if this one has enough.
     */
    int notRandomUntil(char[] text, int from, int to) {
        if (to - from > LONGEST_WORD) {
            return from;
        }
        int other = others.next(text, from, to);
        if (other < to) {
            return other + 1;
        }
        boolean several = isMixed(text, from, to) || (uppers.isIn(text, from, to) && lowers.isIn(text, from, to));
        return several ? from : to;
    }

    private static boolean isOther(char[] text, int at, int to) {
        return switch (text[at]) {
            case '\\' -> isEscapedLetter(text, at, to);
            case '[' -> Chars.startsWith(text, at, to, RedactionRules.REPLACEMENT);
            default -> true;
        };
    }

    /** The JSON escape of a letter outside ASCII, as in tokens of language models. */
    private static boolean isEscapedLetter(char[] text, int at, int to) {
        return at + 5 < to
                && text[at + 1] == 'u'
                && Chars.isHex(text[at + 2])
                && (text[at + 2] != '0' || text[at + 3] != '0');
    }

    /** Whether a text looks generated: long, and without the separators of words and ids. */
    boolean isGenerated(char[] text, int from, int to) {
        if (to - from < SHORTEST_GENERATED || to - from > LONGEST_WORD || isPath(text, from, to)) {
            return false;
        }
        if (to == refusedEnd && from >= refusedFrom && from < refusedUntil) {
            return false;
        }
        return hasGenerated(text, from, to);
    }

    /** The same of texts that do not look generated. */
    int notGeneratedUntil(int from, int to) {
        return to == refusedEnd && from >= refusedFrom && refusedUntil == to ? to : from;
    }

    private void refuse(int from, int until, int to) {
        refusedFrom = from;
        refusedUntil = until;
        refusedEnd = to;
    }

    /**
     * Looks for a run with a digit and a letter. The separators of base64 belong to it if a plus or the end says so.
     */
    private boolean hasGenerated(char[] text, int from, int to) {
        boolean base64 = text[to - 1] == '=';
        boolean plain = false;
        boolean encoded = false;
        int plainRun = from;
        int encodedRun = from;
        int lastDigit = -1;
        int lastLetter = -1;
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (Chars.isLetter(c)) {
                lastLetter = i;
            } else if (Chars.isDigit(c)) {
                lastDigit = i;
            } else if (c < Terms.ASCII && SEPARATORS[c]) {
                base64 |= c == '+';
                plainRun = i + 1;
                encodedRun = c == '+' || c == '/' || c == '=' ? encodedRun : i + 1;
            } else {
                refuse(from, i + 1, to);
                return false;
            }
            int least = Math.min(lastDigit, lastLetter);
            plain |= i + 1 - plainRun >= SHORTEST_GENERATED && least >= plainRun;
            encoded |= i + 1 - encodedRun >= SHORTEST_GENERATED && least >= encodedRun;
        }
        boolean found = base64 ? encoded : plain;
        if (!found) {
            refuse(from, to, to);
        }
        return found;
    }

    static boolean isPath(char[] text, int from, int to) {
        char first = text[from];
        return first == '/'
                || first == '~'
                || (first == '.' && to - from > 1 && (text[from + 1] == '/' || text[from + 1] == '.'))
                || (to - from > 2 && Chars.isLetter(first) && text[from + 1] == ':' && isSlash(text[from + 2]));
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }
}
