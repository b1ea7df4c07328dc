package dev.sentinel.audit.redact;

import java.util.List;

/**
 * Recognizes what stands where a secret might and is none: placeholders, references to a secret, sentences, versions,
 * dates, instructions. For one text at a time; one thread.
 */
final class StandIns {
    private static final int LONGEST_DOTS = 15;
    private static final int FIXED_DATE = 10;

    private static final WordSet LINKING = WordSet.of("linking");
    private static final WordSet PROSE = WordSet.of("prose");
    private static final List<String> REFERENCES = RuleFiles.ordered("references");
    private static final boolean[] BEGINS_REFERENCE = beginsReference();
    private static final boolean[] BEGINS_VERSION = Chars.tableOf("^~=v>< ");
    private static final boolean[] OF_DATE = Chars.tableOf("0123456789-:.+TZ ");

    private final Randomness randomness;
    private final Placeholders placeholders;

    StandIns(Randomness randomness, Placeholders placeholders) {
        this.randomness = randomness;
        this.placeholders = placeholders;
    }

    private static boolean[] beginsReference() {
        StringBuilder first = new StringBuilder();
        REFERENCES.forEach(reference -> first.append(reference.charAt(0)));
        return Chars.tableOf(first.toString());
    }

    /** Whether a text is a placeholder, a reference or an instruction. */
    boolean isStandIn(char[] text, int from, int to) {
        return placeholders.isPlaceholder(text, from, to) || isMeant(text, from, to);
    }

    /** References, instructions, versions and dates. */
    private boolean isMeant(char[] text, int from, int to) {
        return to - from <= Placeholders.LONGEST
                && (isReference(text, from, to)
                        || isVersion(text, from, to)
                        || isDate(text, from, to)
                        || isConstant(text, from, to)
                        || isInstruction(text, from, to)
                        || isSentence(text, from, to));
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
        for (int i = word; i < to; i++) {
            blanks += text[i] == ' ' ? 1 : 0;
        }
        boolean begins = blanks >= 2 && PROSE.hasIgnoringCase(text, from, word);
        return (begins || (blanks >= 3 && hasLinkingWord(text, from, to))) && !hasRandomWord(text, word, to);
    }

    private static boolean hasLinkingWord(char[] text, int from, int to) {
        int word = from;
        for (int i = from; i <= to; i++) {
            if (i == to || text[i] == ' ') {
                if (LINKING.hasIgnoringCase(text, word, i)) {
                    return true;
                }
                word = i + 1;
            }
        }
        return false;
    }

    private boolean hasRandomWord(char[] text, int from, int to) {
        int word = from;
        for (int i = from; i <= to; i++) {
            if (i == to || text[i] == ' ') {
                if (i > word && randomness.isRandom(text, word, i)) {
                    return true;
                }
                word = i + 1;
            }
        }
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
        boolean yours = Chars.startsWithIgnoringCase(text, from, to, "your-")
                || Chars.startsWithIgnoringCase(text, from, to, "your_")
                || Chars.startsWithIgnoringCase(text, from, to, "<your");
        return yours && !Chars.hasDigit(text, from, to);
    }
}
