package dev.sentinel.audit.redact;

import org.jspecify.annotations.Nullable;

/**
 * Searches a text for a mark. Remembers where the mark is not, so that values that overlap, as in {@code a=b=c=…},
 * share one search. For one text at a time; one thread.
 */
final class Search {
    /** What is searched for. */
    interface Mark {
        /** Whether it is complete here, where one of its first characters is. */
        boolean isAt(char[] text, int at, int to);
    }

    private final boolean[] begins;
    private final boolean beginsBeyondAscii;
    private final int longest;
    /** Null if a character is enough. */
    private final @Nullable Mark mark;

    private int readFrom;
    /** No mark begins before this. */
    private int readUntil;

    /**
     * @param begins what a mark may begin with
     * @param longest the length of the longest mark
     */
    Search(boolean[] begins, int longest, Mark mark) {
        this(begins, false, longest, mark);
    }

    private Search(boolean[] begins, boolean beginsBeyondAscii, int longest, @Nullable Mark mark) {
        this.begins = begins;
        this.beginsBeyondAscii = beginsBeyondAscii;
        this.longest = longest;
        this.mark = mark;
    }

    /** Searches for this. */
    static Search of(String what) {
        boolean[] first = Chars.tableOf(what.substring(0, 1));
        return new Search(first, what.length(), (text, at, to) -> Chars.startsWith(text, at, to, what));
    }

    /** Searches for a character that is none of these. */
    static Search ofOthers(boolean[] characters) {
        boolean[] others = new boolean[Terms.ASCII];
        for (int c = 0; c < Terms.ASCII; c++) {
            others[c] = !characters[c];
        }
        return new Search(others, true, 1, null);
    }

    /** Searches for one of these characters. */
    static Search of(boolean[] characters) {
        return new Search(characters, false, 1, null);
    }

    /** Starts a new text. */
    void begin() {
        readFrom = 0;
        readUntil = 0;
    }

    boolean isIn(char[] text, int from, int to) {
        return next(text, from, to) < to;
    }

    /** Where the next mark is that is complete before the end; if there is none, the end. */
    int next(char[] text, int from, int to) {
        int known = readFrom;
        int i = from;
        if (from >= readFrom && from <= readUntil) {
            i = readUntil;
        } else if (from > readUntil || to < readFrom) {
            readFrom = from;
            readUntil = from;
        }
        while (i + longest <= to) {
            if (isAt(text, i, to)) {
                if (from >= readFrom) {
                    readUntil = i;
                }
                return i;
            }
            i++;
            if (i == known && from < known) {
                // What follows was read before.
                readFrom = from;
                i = readUntil;
            }
        }
        if (from >= readFrom) {
            readUntil = Math.max(readUntil, i);
        }
        return lastNext(text, i, to);
    }

    /** A mark that is cut off here may be complete in a longer value, so nothing is remembered. */
    private int lastNext(char[] text, int from, int to) {
        int i = from;
        while (i < to) {
            if (isAt(text, i, to)) {
                return i;
            }
            i++;
        }
        return to;
    }

    private boolean isAt(char[] text, int at, int to) {
        char c = text[at];
        return (c < Terms.ASCII ? begins[c] : beginsBeyondAscii) && (mark == null || mark.isAt(text, at, to));
    }
}
