package dev.sentinel.audit.redact;

import java.util.Collection;

/**
 * A set of words, in which a part of a text is looked up without creating a string: rules ask for nearly every sign of
 * a text. Immutable.
 */
final class WordSet {
    /** What lower case is for ASCII; the sign of Kelvin is the only other character with a letter of ASCII. */
    private static final char KELVIN = '\u212a';

    private static final int FACTOR = 31;

    private final char[][] slots;
    private final int longest;

    WordSet(Collection<String> words) {
        slots = new char[Integer.highestOneBit(Math.max(1, words.size())) * 8][];
        int length = 0;
        for (String word : words) {
            length = Math.max(length, word.length());
            int slot = slot(hash(word));
            while (slots[slot] != null) {
                slot = slot(slot + 1);
            }
            slots[slot] = word.toCharArray();
        }
        longest = length;
    }

    /** One list of {@code names.tsv}. */
    static WordSet of(String list) {
        return new WordSet(RuleFiles.ordered(list));
    }

    /** Whether this is one of the words. */
    boolean has(char[] text, int from, int to) {
        if (to - from > longest) {
            return false;
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = FACTOR * hash + text[i];
        }
        return isIn(hash, text, from, to);
    }

    /** Whether this is one of the words, which are of ASCII and in lower case. */
    boolean hasIgnoringCase(char[] text, int from, int to) {
        if (to - from > longest) {
            return false;
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = FACTOR * hash + lower(text[i]);
        }
        for (int slot = slot(spread(hash)); slots[slot] != null; slot = slot(slot + 1)) {
            if (isSameIgnoringCase(slots[slot], text, from, to)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this name of ASCII is one of the words without its separators, ignoring case. */
    boolean hasFolded(char[] text, int from, int to) {
        int hash = 0;
        int length = 0;
        for (int i = from; i < to; i++) {
            if (Chars.isLetterOrDigit(text[i])) {
                hash = FACTOR * hash + lower(text[i]);
                length++;
            }
        }
        if (length > longest) {
            return false;
        }
        for (int slot = slot(spread(hash)); slots[slot] != null; slot = slot(slot + 1)) {
            if (slots[slot].length == length && isSameFolded(slots[slot], text, from)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSameFolded(char[] word, char[] text, int from) {
        int at = from;
        for (char c : word) {
            while (!Chars.isLetterOrDigit(text[at])) {
                at++;
            }
            if (lower(text[at++]) != c) {
                return false;
            }
        }
        return true;
    }

    /** Whether this begins with one of the words. */
    boolean hasBeginningOf(char[] text, int from, int to) {
        int hash = 0;
        int end = Math.min(to, from + longest);
        for (int i = from; i < end; i++) {
            hash = FACTOR * hash + text[i];
            if (isIn(hash, text, from, i + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this ends with one of the words. */
    boolean hasEndOf(char[] text, int from, int to) {
        int hash = 0;
        int power = 1;
        int start = Math.max(from, to - longest);
        for (int i = to - 1; i >= start; i--) {
            hash += power * text[i];
            power *= FACTOR;
            if (isIn(hash, text, i, to)) {
                return true;
            }
        }
        return false;
    }

    private boolean isIn(int hash, char[] text, int from, int to) {
        for (int slot = slot(spread(hash)); slots[slot] != null; slot = slot(slot + 1)) {
            if (isSame(slots[slot], text, from, to)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSame(char[] word, char[] text, int from, int to) {
        if (word.length != to - from) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (word[i] != text[from + i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSameIgnoringCase(char[] word, char[] text, int from, int to) {
        if (word.length != to - from) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (word[i] != lower(text[from + i])) {
                return false;
            }
        }
        return true;
    }

    static char lower(char c) {
        return Chars.isUpper(c) ? (char) (c | 0x20) : c == KELVIN ? 'k' : c;
    }

    private static int hash(String word) {
        int hash = 0;
        for (int i = 0; i < word.length(); i++) {
            hash = FACTOR * hash + word.charAt(i);
        }
        return spread(hash);
    }

    private static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }

    private int slot(int hash) {
        return hash & (slots.length - 1);
    }
}
