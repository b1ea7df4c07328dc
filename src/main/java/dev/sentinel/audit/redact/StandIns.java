package dev.sentinel.audit.redact;

import java.util.List;

/**
 * Recognizes what stands where a secret might and is none: placeholders, references to a secret, sentences, versions,
 * dates, instructions. For one text at a time; one thread.
 */
final class StandIns {
    private static final int LONGEST_DOTS = 15;
    private static final int MANY_BLANKS = 3;
    private static final int FIXED_DATE = 10;

    private static final WordSet LINKING = WordSet.of("linking");
    private static final WordSet PROSE = WordSet.of("prose");
    private static final List<String> REFERENCES = RuleFiles.ordered("references");
    private static final boolean[] BEGINS_REFERENCE = beginsReference();
    private static final boolean[] BEGINS_VERSION = Chars.tableOf("^~=v>< ");
    private static final boolean[] OF_DATE = Chars.tableOf("0123456789-:.+TZ ");

    private final Randomness randomness;
    private final Placeholders placeholders;
    /** The blanks from which the first linking word before an end is the same. */
    private int linkedFrom;

    private int linkedUntil;
    private int linkedEnd;
    /** From this blank to an end, no word looks random. */
    private int plainFrom;

    private int plainEnd;

    StandIns(Randomness randomness, Placeholders placeholders) {
        this.randomness = randomness;
        this.placeholders = placeholders;
    }

    private static boolean[] beginsReference() {
        StringBuilder first = new StringBuilder();
        REFERENCES.forEach(reference -> first.append(reference.charAt(0)));
        return Chars.tableOf(first.toString());
    }

    /** Starts a new text. */
    void begin() {
        linkedEnd = -1;
        plainEnd = -1;
    }

    /** Whether a text is a placeholder, a reference or an instruction. */
    boolean isStandIn(char[] text, int from, int to) {
        return placeholders.isPlaceholder(text, from, to) || isMeant(text, from, to);
    }

    /** References, instructions, versions and dates. */
    private boolean isMeant(char[] text, int from, int to) {
        if (to - from > Placeholders.LONGEST) {
            return false;
        }
        int kinds = Kinds.of(text, from, to);
        return isReference(text, from, to)
                || (Kinds.has(kinds, Kinds.DIGIT, Kinds.POINT) && isVersion(text, from, to))
                || (Kinds.has(kinds, Kinds.DIGIT, Kinds.HYPHEN) && isDate(text, from, to))
                || (Kinds.has(kinds, Kinds.UNDERSCORE) && isConstant(text, from, to))
                || isInstruction(text, from, to)
                || (Kinds.has(kinds, Kinds.BLANK) && isSentence(text, from, to));
    }

    private static boolean isReference(char[] text, int from, int to) {
        if (text[from] >= Terms.ASCII || !BEGINS_REFERENCE[text[from]]) {
            return false;
        }
        for (String reference : REFERENCES) {
            if (Chars.startsWith(text, from, to, reference)) {
                return true;
            }
        }
        return false;
    }

    /** {@code This field may not be blank.} */
    private boolean isSentence(char[] text, int from, int to) {
        int word = from;
        while (word < to && (Chars.isLetter(text[word]) || text[word] == '\'')) {
            word++;
        }
        if (word == from || word == to || text[word] != ' ') {
            return false;
        }
        int blanks = 0;
        for (int i = word; i < to && blanks < MANY_BLANKS; i++) {
            blanks += text[i] == ' ' ? 1 : 0;
        }
        boolean begins = blanks >= 2 && PROSE.hasIgnoringCase(text, from, word);
        return (begins || (blanks >= MANY_BLANKS && hasLinkingWord(text, from, word, to)))
                && !hasRandomWord(text, word, to);
    }

    /** @param blank where the first word ends */
    private boolean hasLinkingWord(char[] text, int from, int blank, int to) {
        if (LINKING.hasIgnoringCase(text, from, blank)) {
            return true;
        }
        if (to != linkedEnd || blank < linkedFrom || blank > linkedUntil) {
            linkedFrom = blank;
            linkedUntil = lastBeforeLinkingWord(text, blank, to);
            linkedEnd = to;
        }
        return linkedUntil < to;
    }

    /** The blank before the first linking word; the end if there is none. */
    private static int lastBeforeLinkingWord(char[] text, int blank, int to) {
        int word = blank;
        for (int i = blank + 1; i <= to; i++) {
            if (i == to || text[i] == ' ') {
                if (LINKING.hasIgnoringCase(text, word + 1, i)) {
                    return word;
                }
                word = i;
            }
        }
        return to;
    }

    /** @param from a blank */
    private boolean hasRandomWord(char[] text, int from, int to) {
        if (to == plainEnd && from >= plainFrom) {
            return false;
        }
        int word = from;
        for (int i = from; i <= to; i++) {
            if (i == to || text[i] == ' ') {
                if (i > word && randomness.isRandom(text, word, i)) {
                    return true;
                }
                word = i + 1;
            }
        }
        plainFrom = from;
        plainEnd = to;
        return false;
    }

    /** {@code ^9.0.2}, {@code 0.18.1}, {@code ~> 1.4}. */
    private static boolean isVersion(char[] text, int from, int to) {
        if (!Chars.isDigit(text[to - 1])) {
            return false;
        }
        int i = from;
        while (i < to && text[i] < Terms.ASCII && BEGINS_VERSION[text[i]]) {
            i++;
        }
        boolean marked = i > from;
        int points = 0;
        while (i < to && (Chars.isDigit(text[i]) || text[i] == '.')) {
            points += text[i] == '.' ? 1 : 0;
            i++;
        }
        return i == to && (points == 2 || (marked && points == 1));
    }

    /** {@code 2026-11-27}, also with a time behind it. */
    private static boolean isDate(char[] text, int from, int to) {
        if (to - from < FIXED_DATE || text[from + 4] != '-' || text[from + 7] != '-') {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text[i] >= Terms.ASCII || !OF_DATE[text[i]]) {
                return false;
            }
        }
        return true;
    }

    /** {@code HIDDEN_DUE_TO_SECURITY_REASONS} */
    private static boolean isConstant(char[] text, int from, int to) {
        int underscores = 0;
        boolean digit = false;
        for (int i = from; i < to; i++) {
            digit |= Chars.isDigit(text[i]);
            if (text[i] == '_') {
                underscores++;
            } else if (!Chars.isUpper(text[i]) && !Chars.isDigit(text[i])) {
                return false;
            }
        }
        return underscores >= (digit ? 3 : 2);
    }

    /** {@code your-api-key-here}, {@code YOUR_TOKEN}, {@code sk-...}. */
    private static boolean isInstruction(char[] text, int from, int to) {
        if (to - from > 3 && text[to - 1] == '.' && text[to - 2] == '.' && text[to - 3] == '.') {
            return to - from <= LONGEST_DOTS;
        }
        char first = text[from];
        if (first != 'y' && first != 'Y' && first != '<') {
            return false;
        }
        boolean yours = Chars.startsWithIgnoringCase(text, from, to, "your-")
                || Chars.startsWithIgnoringCase(text, from, to, "your_")
                || Chars.startsWithIgnoringCase(text, from, to, "<your");
        return yours && !Chars.hasDigit(text, from, to);
    }
}
