package dev.sentinel.audit.redact;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Searches a text for a mark. Remembers where the mark is not, so that values that overlap, as in {@code a=b=c=…},
 * share one search; and of the last blocks of the text that it has read, where the marks are, because lists and quotes
 * within each other ask here and there. For one text at a time; one thread.
 */
final class Search {
    /** What is searched for. */
    interface Mark {
        /** Whether it is complete here, where one of its first characters is. */
        boolean isAt(char[] text, int at, int to);
    }

    /** A block has as many characters as a long has bits. */
    private static final int BITS = 6;

    /** A power of two. A block that replaces another one costs only time; the lists around a place have fewer. */
    private static final int BLOCKS = 128;

    private final boolean[] begins;
    private final boolean beginsBeyondAscii;
    private final int longest;
    /** Null if a character is enough. */
    private final @Nullable Mark mark;

    private int readFrom;
    /** No mark begins before this. */
    private int readUntil;

    /** The last end before which marks may be cut off, and where the first one begins that is not. */
    private int tailEnd;

    private int tailFrom;
    private int tailNext;

    /** The numbers of the blocks, and -1 in free slots. */
    private final int[] blocks = new int[BLOCKS];
    /** Where marks begin in each block, as far as it was read. */
    private final long[] marks = new long[BLOCKS];

    private final int[] starts = new int[BLOCKS];
    private final int[] ends = new int[BLOCKS];
    private boolean any;

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
        Arrays.fill(blocks, -1);
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
        tailEnd = -1;
        if (any) {
            Arrays.fill(blocks, -1);
            any = false;
        }
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
        int last = to - longest;
        while (i <= last) {
            int stop = i < known && from < known ? Math.min(known, last + 1) : last + 1;
            int found = scan(text, i, stop, to);
            if (found < stop) {
                if (from >= readFrom) {
                    readUntil = found;
                }
                return found;
            }
            i = stop;
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

    /** Where the first mark begins between two positions; the second one if none does. */
    private int scan(char[] text, int from, int stop, int to) {
        int i = from;
        while (i < stop) {
            int block = i >> BITS;
            int slot = block & (BLOCKS - 1);
            // What is between this and what was read may be cut off, and has to be read again.
            if (blocks[slot] != block || stop < starts[slot]) {
                any = true;
                blocks[slot] = block;
                marks[slot] = 0;
                starts[slot] = i;
                ends[slot] = i;
            } else if (i < starts[slot]) {
                mark(text, i, starts[slot], slot, to);
                starts[slot] = i;
            } else if (i > ends[slot]) {
                mark(text, ends[slot], i, slot, to);
                ends[slot] = i;
            }
            int end = Math.min(stop, (block + 1) << BITS);
            long known = marks[slot] & (-1L << i);
            if (known != 0) {
                int found = (block << BITS) + Long.numberOfTrailingZeros(known);
                if (found < end) {
                    return found;
                }
            } else {
                i = Math.max(i, ends[slot]);
                while (i < end && !isAt(text, i, to)) {
                    i++;
                }
                if (i < end) {
                    marks[slot] |= 1L << i;
                    ends[slot] = i + 1;
                    return i;
                }
                ends[slot] = Math.max(ends[slot], end);
            }
            i = end;
        }
        return stop;
    }

    /** Reads what is between two positions of a block. */
    private void mark(char[] text, int from, int until, int slot, int to) {
        for (int i = from; i < until; i++) {
            if (isAt(text, i, to)) {
                marks[slot] |= 1L << i;
            }
        }
    }

    /** A mark that is cut off here may be complete in a longer value, so this is remembered for the same end only. */
    private int lastNext(char[] text, int from, int to) {
        if (from >= to) {
            return to;
        }
        if (to == tailEnd && from >= tailFrom && from <= tailNext) {
            return tailNext;
        }
        int i = from;
        while (i < to && !isAt(text, i, to)) {
            i++;
        }
        tailEnd = to;
        tailFrom = from;
        tailNext = i;
        return i;
    }

    private boolean isAt(char[] text, int at, int to) {
        char c = text[at];
        return (c < Terms.ASCII ? begins[c] : beginsBeyondAscii) && (mark == null || mark.isAt(text, at, to));
    }
}
