package dev.sentinel.audit.redact;

/** Composes syllables of Hangul (Unicode, section 3.12) as a normalizer does, which costs ten times as much. */
final class Hangul {
    private static final char LEADING = '\u1100';
    private static final char VOWEL = '\u1161';
    private static final char TRAILING = '\u11a7';
    private static final char SYLLABLE = '\uac00';
    private static final int LEADINGS = 19;
    private static final int VOWELS = 21;
    /** One of them is none. */
    private static final int TRAILINGS = 28;

    private Hangul() {}

    /** Whether these are letters of which syllables are composed. */
    static boolean areLetters(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isIn(text[i], LEADING, LEADINGS) && !isIn(text[i], VOWEL, VOWELS) && !isTrailing(text[i])) {
                return false;
            }
        }
        return true;
    }

    /** The syllable of a letter, or of one without a trailing letter, and another letter; 0 if there is none. */
    static char syllable(char before, char letter) {
        if (isIn(before, LEADING, LEADINGS) && isIn(letter, VOWEL, VOWELS)) {
            return (char) (SYLLABLE + ((before - LEADING) * VOWELS + letter - VOWEL) * TRAILINGS);
        }
        boolean open = isIn(before, SYLLABLE, LEADINGS * VOWELS * TRAILINGS) && (before - SYLLABLE) % TRAILINGS == 0;
        return open && isTrailing(letter) ? (char) (before + letter - TRAILING) : 0;
    }

    private static boolean isTrailing(char c) {
        return c > TRAILING && isIn(c, TRAILING, TRAILINGS);
    }

    private static boolean isIn(char c, char first, int count) {
        return c >= first && c < first + count;
    }
}
