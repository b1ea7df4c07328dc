package dev.sentinel.audit.redact;

import java.util.Arrays;

/**
 * Compares names as {@link SecretNames#folded} does, from their ends and without creating strings. A character outside
 * ASCII changes none of those behind it, so only names that are the same up to such a character are folded.
 */
final class Folded {
    private Folded() {}

    /** Whether a name ends with this. */
    static boolean endsWith(char[] text, int from, int to, String end) {
        int at = to;
        for (int i = end.length() - 1; i >= 0; i--) {
            at = letterBefore(text, from, at);
            if (at == from) {
                return false;
            }
            char c = text[at - 1];
            if (c >= Terms.ASCII) {
                return SecretNames.folded(new String(text, from, to - from)).endsWith(end);
            }
            if (WordSet.lower(c) != end.charAt(i)) {
                return false;
            }
            at--;
        }
        return true;
    }

    /** Whether a name ends with one of these, whose last letters are in the table. */
    static boolean endsWithOne(char[] text, int from, int to, String[] ends, boolean[] lastLetters) {
        int at = letterBefore(text, from, to);
        char last = at > from ? WordSet.lower(text[at - 1]) : 0;
        if (last < Terms.ASCII && !lastLetters[last]) {
            return false;
        }
        for (String end : ends) {
            if (endsWith(text, from, at, end)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a value repeats a name or its end.
     *
     * @param least the minimum length of an end
     */
    static boolean isEndOf(char[] text, int name, int nameEnd, int start, int end, int least, SecretNames names) {
        int i = nameEnd;
        int j = end;
        int length = 0;
        while (true) {
            i = letterBefore(text, name, i);
            j = letterBefore(text, start, j);
            char last = i > name ? text[i - 1] : 0;
            char other = j > start ? text[j - 1] : 0;
            if (last >= Terms.ASCII || other >= Terms.ASCII) {
                if (j > start && names.endDifferently(last, other)) {
                    return false;
                }
                char[] whole = names.folded(text, name, nameEnd);
                char[] value = names.folded(text, start, end);
                int rest = whole.length - value.length;
                return (rest == 0 || (rest > 0 && value.length >= least))
                        && Arrays.equals(whole, rest, whole.length, value, 0, value.length);
            }
            if (j == start) {
                return i == name || length >= least;
            }
            if (i == name || WordSet.lower(text[i - 1]) != WordSet.lower(text[j - 1])) {
                return false;
            }
            i--;
            j--;
            length++;
        }
    }

    /** The end of the last letter, digit or character outside ASCII. */
    private static int letterBefore(char[] text, int from, int to) {
        int i = to;
        while (i > from && text[i - 1] < Terms.ASCII && !Chars.isLetterOrDigit(text[i - 1])) {
            i--;
        }
        return i;
    }
}
