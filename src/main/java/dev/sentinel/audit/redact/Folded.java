package dev.sentinel.audit.redact;

/**
 * Compares names as {@link SecretNames#folded} does, from their ends and without creating strings. A character outside
 * ASCII changes none of those behind it, so only the names that are the same up to such a character are folded.
 */
final class Folded {
    private Folded() {}

    /** Whether a name ends with this. */
    static boolean endsWith(char[] text, int from, int to, String end, SecretNames names) {
        int at = to;
        for (int i = end.length() - 1; i >= 0; i--) {
            at = letterBefore(text, from, at);
            if (at == from) {
                return false;
            }
            char c = text[at - 1];
            if (c >= Terms.ASCII) {
                return endsWith(names.endOf(text, from, at), end, i);
            }
            if (WordSet.lower(c) != end.charAt(i)) {
                return false;
            }
            at--;
        }
        return true;
    }

    private static boolean endsWith(FoldedEnd name, String end, int last) {
        for (int i = last; i >= 0; i--) {
            if (name.next(end.charAt(i)) != end.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a name ends with one of these, whose last letters are in the table. */
    static boolean endsWithOne(char[] text, int from, int to, String[] ends, boolean[] lastLetters, SecretNames names) {
        int at = letterBefore(text, from, to);
        int last = at == from
                ? FoldedEnd.NOTHING
                : text[at - 1] < Terms.ASCII
                        ? WordSet.lower(text[at - 1])
                        : names.endOf(text, from, at).next();
        if (last < 0 || last >= Terms.ASCII || !lastLetters[last]) {
            return false;
        }
        for (String end : ends) {
            if (endsWith(text, from, at, end, names)) {
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
            if ((i > name && text[i - 1] >= Terms.ASCII) || (j > start && text[j - 1] >= Terms.ASCII)) {
                return isEndOf(names.endOf(text, name, i), names.endOf(text, start, j), least - length);
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

    private static boolean isEndOf(FoldedEnd name, FoldedEnd value, int least) {
        int length = 0;
        while (true) {
            int last = name.next();
            int other = value.next(last);
            if (other == FoldedEnd.NOTHING) {
                return last == FoldedEnd.NOTHING || length >= least;
            }
            if (last != other) {
                return false;
            }
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
