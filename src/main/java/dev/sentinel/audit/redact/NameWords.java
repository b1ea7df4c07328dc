package dev.sentinel.audit.redact;

/**
 * The words of a name in lower case: {@code DBPassword2_old} has {@code db}, {@code password2} and {@code old}. One
 * thread.
 */
final class NameWords {
    /** The letters and digits of all words. */
    private final char[] letters;
    /** Where each word ends in them. */
    private final int[] ends;

    private int count;

    NameWords(char[] text, int from, int to) {
        letters = new char[to - from];
        ends = new int[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (!isLetterOrDigit(c)) {
                if (c < Terms.ASCII) {
                    endWord(length);
                }
                continue;
            }
            if (Chars.isUpper(c) && startsHump(text, from, i, to)) {
                endWord(length);
            }
            letters[length++] = c < Terms.ASCII ? WordSet.lower(c) : Character.toLowerCase(c);
        }
        endWord(length);
    }

    static NameWords of(String name) {
        return new NameWords(name.toCharArray(), 0, name.length());
    }

    private void endWord(int at) {
        if (at > length()) {
            ends[count++] = at;
        }
    }

    private static boolean isLetterOrDigit(char c) {
        return c < Terms.ASCII ? Chars.isLetterOrDigit(c) : Character.isLetterOrDigit(c);
    }

    private static boolean startsHump(char[] text, int from, int i, int to) {
        if (i == from) {
            return false;
        }
        char before = text[i - 1];
        boolean afterLower = Chars.isLetter(before) ? !Chars.isUpper(before) : Chars.isDigit(before);
        boolean lastOfAcronym = i + 1 < to && Chars.isLetter(text[i + 1]) && !Chars.isUpper(text[i + 1]);
        return afterLower || (Chars.isUpper(before) && lastOfAcronym);
    }

    /** The number of words. */
    int count() {
        return count;
    }

    /** All words without separators, up to {@link #length}. */
    char[] letters() {
        return letters;
    }

    int length() {
        return count == 0 ? 0 : ends[count - 1];
    }

    /** Where a word begins in the letters. */
    int start(int word) {
        return word == 0 ? 0 : ends[word - 1];
    }

    int end(int word) {
        return ends[word];
    }

    boolean isOneOf(WordSet set, int word) {
        return set.has(letters, start(word), ends[word]);
    }

    /** Whether one of the first words is in the set. */
    boolean isAnyOf(WordSet set, int words) {
        for (int word = 0; word < words; word++) {
            if (isOneOf(set, word)) {
                return true;
            }
        }
        return false;
    }

    boolean isAnyOf(WordSet set) {
        return isAnyOf(set, count);
    }

    /** Whether a word ends with this. */
    boolean endsWith(int word, String end) {
        int start = ends[word] - end.length();
        return start >= start(word) && Chars.startsWith(letters, start, ends[word], end);
    }

    /** Removes the words that are in the set. */
    void remove(WordSet set) {
        int kept = 0;
        int length = 0;
        int start = 0;
        for (int word = 0; word < count; word++) {
            int end = ends[word];
            if (!set.has(letters, start, end)) {
                System.arraycopy(letters, start, letters, length, end - start);
                length += end - start;
                ends[kept++] = length;
            }
            start = end;
        }
        count = kept;
    }
}
