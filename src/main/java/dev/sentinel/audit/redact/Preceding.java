package dev.sentinel.audit.redact;

/**
 * Finds out whether one of some words precedes a position within reach. Remembers what it has read. For one text at a
 * time; one thread.
 */
final class Preceding {
    private static final int REACH = 200;

    private final String[] words;
    private final boolean[] begins = new boolean[Terms.ASCII];
    private final int shortest;
    private final int longest;
    private int readUntil;
    /** Where the last of the words begins; -1 if there is none. */
    private int last;

    /** @param words in lower case */
    Preceding(String... words) {
        this.words = words;
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (String word : words) {
            begins[word.charAt(0)] = true;
            begins[Character.toUpperCase(word.charAt(0))] = true;
            least = Math.min(least, word.length());
            most = Math.max(most, word.length());
        }
        shortest = least;
        longest = most;
    }

    /** Starts a new text. */
    void begin(int from) {
        readUntil = from;
        last = -1;
    }

    /** Positions may only increase. */
    boolean isBefore(char[] text, int at) {
        int i = Math.max(readUntil, at - REACH);
        while (i + longest <= at) {
            if (isOne(text, i, at)) {
                last = i;
            }
            i++;
        }
        readUntil = Math.max(readUntil, i);
        // The end of a longer word may follow here.
        while (i + shortest <= at) {
            if (isOne(text, i, at)) {
                return true;
            }
            i++;
        }
        return last >= 0 && at - last <= REACH;
    }

    private boolean isOne(char[] text, int from, int to) {
        char c = text[from];
        if (c >= Terms.ASCII || !begins[c]) {
            return false;
        }
        for (String word : words) {
            if (Chars.startsWithIgnoringCase(text, from, to, word)) {
                return true;
            }
        }
        return false;
    }
}
