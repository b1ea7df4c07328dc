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

    /** The longest mark that is not random: {@code [REDACTED]}. */
    private static final int MARK = RedactionRules.REPLACEMENT.length();

    private static final byte DIGIT = 1;
    private static final byte UPPER = 2;
    private static final byte LOWER = 4;
    private static final byte BEGINS_MARK = 8;
    /** No random text has it. */
    private static final byte OTHER = 16;

    private static final byte[] KINDS = kinds();
    private static final boolean[] SEPARATORS = Chars.tableOf("+/=_-.~%:");

    /** The stretch that was read: it ends at {@link #readUntil}, or at {@link #other}. */
    private int readFrom;

    private int readUntil;
    /** Where the first character or mark is that no random text has; -1 if there is none. */
    private int other;

    private int lastDigit;
    private int lastUpper;
    private int lastLower;

    /** No text looks generated that begins within this stretch and ends at {@link #refusedEnd}. */
    private int refusedFrom;

    private int refusedUntil;
    private int refusedEnd;

    private static byte[] kinds() {
        byte[] kinds = new byte[Terms.ASCII];
        for (char c = 0; c < Terms.ASCII; c++) {
            boolean lower = Chars.isLetter(c) && !Chars.isUpper(c);
            kinds[c] = Chars.isDigit(c) ? DIGIT : Chars.isUpper(c) ? UPPER : lower ? LOWER : 0;
            if (c <= ' ' || c > '~') {
                kinds[c] = OTHER;
            }
        }
        kinds['\\'] = BEGINS_MARK;
        kinds['['] = BEGINS_MARK;
        return kinds;
    }

    /** Starts a new text. */
    void begin() {
        readFrom = 0;
        readUntil = -1;
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
        read(text, from, to);
        if (other >= 0) {
            return false;
        }
        boolean upper = lastUpper >= from;
        boolean lower = lastLower >= from;
        return (lastDigit >= from && (upper || lower)) || (length >= LONG && upper && lower);
    }

    /**
     * Until where the texts begin that end here and do not look random: they have too few kinds of characters, or
     * something that no random text has. The same position if this one has enough.
     */
    int notRandomUntil(char[] text, int from, int to) {
        if (to - from > LONGEST_WORD) {
            return from;
        }
        read(text, from, to);
        if (other >= 0) {
            return other + 1;
        }
        boolean upper = lastUpper >= from;
        boolean lower = lastLower >= from;
        return (lastDigit >= from && (upper || lower)) || (upper && lower) ? from : to;
    }

    /** Reads to the end, or to the first place that no random text has. */
    private void read(char[] text, int from, int to) {
        boolean known = from >= readFrom && from <= readUntil && to >= readUntil && (other < 0 || other >= from);
        if (!known) {
            readFrom = from;
            readUntil = from;
            other = -1;
            lastDigit = -1;
            lastUpper = -1;
            lastLower = -1;
        } else if (other >= 0 || to == readUntil) {
            return;
        } else {
            // A mark that was cut off may be complete now.
            readUntil = Math.max(readFrom, readUntil - MARK);
        }
        int i = readUntil;
        while (i < to) {
            char c = text[i];
            byte kind = c < Terms.ASCII ? KINDS[c] : OTHER;
            if (kind == LOWER) {
                lastLower = i;
            } else if (kind == DIGIT) {
                lastDigit = i;
            } else if (kind == UPPER) {
                lastUpper = i;
            } else if (kind == OTHER || (kind == BEGINS_MARK && isMark(text, i, to))) {
                other = i;
                // The mark has to be complete in the values that this is remembered for.
                readUntil = to;
                return;
            }
            i++;
        }
        readUntil = to;
    }

    private static boolean isMark(char[] text, int at, int to) {
        return isEscapedLetter(text, at, to) || isRedacted(text, at, to);
    }

    /** The JSON escape of a letter outside ASCII, as in tokens of language models. */
    private static boolean isEscapedLetter(char[] text, int at, int to) {
        return text[at] == '\\'
                && at + 5 < to
                && text[at + 1] == 'u'
                && Chars.isHex(text[at + 2])
                && (text[at + 2] != '0' || text[at + 3] != '0');
    }

    /** A redacted text would look random only because of the replacement. */
    private static boolean isRedacted(char[] text, int at, int to) {
        return text[at] == '[' && Chars.startsWith(text, at, to, RedactionRules.REPLACEMENT);
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
