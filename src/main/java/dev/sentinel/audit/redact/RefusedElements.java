package dev.sentinel.audit.redact;

import java.util.Arrays;

/**
 * Elements of lists that are no secrets, so that a list within another one does not examine them again. Each element
 * leads to where the list went on behind it, possibly behind many others. Reused for many lists; one thread.
 */
final class RefusedElements {
    /** The number of elements of a list that are examined. */
    static final int MAX = 64;

    /** A power of two; an element that replaces another one costs only time. */
    private static final int SLOTS = 1 << 10;

    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final int SHIFT = 64 - 10;
    private static final int BITS_OF_QUESTION = 7;

    /** The positions of elements, and what was asked of them; -1 in free slots. */
    private final long[] keys = new long[SLOTS];

    private final int[] ends = new int[SLOTS];
    private final int[] counts = new int[SLOTS];
    private final boolean[] lasts = new boolean[SLOTS];
    private boolean any;
    /** What is asked of the elements of this list. */
    private int question;

    /** The elements of this list that were examined or led on, and how many there were before each. */
    private final int[] own = new int[MAX];

    private final int[] before = new int[MAX];
    private int owned;
    private int count;
    private boolean last;
    /** Whether known elements are beyond the maximum of this list, so that it does not end where they do. */
    private boolean cut;

    RefusedElements() {
        Arrays.fill(keys, -1);
    }

    /** Starts a new text. */
    void begin() {
        if (any) {
            Arrays.fill(keys, -1);
            any = false;
        }
    }

    /** Starts a list. What is known of others holds if the same is asked of its elements. */
    void beginList(Assignment assignment, char[] text, char close) {
        question = (close == ']' ? 1 : 0)
                + (assignment.colon() ? 2 : 0)
                + (assignment.quotedName() ? 4 : 0)
                + (assignment.mayBeWorkingDirectory(text) ? 8 : 0)
                + 16 * level(assignment.secrecy());
        owned = 0;
        count = 0;
        last = false;
        cut = false;
    }

    private static int level(NameSecrecy secrecy) {
        return switch (secrecy) {
            case NONE -> 0;
            case GENERATED -> 1;
            case LIKELY -> 2;
            case TEXT, ANY -> 3;
        };
    }

    /** How many elements this list has so far. */
    int count() {
        return count;
    }

    /**
     * Counts an element.
     *
     * @return where the list goes on; the same position if this element is not known
     */
    int next(int at) {
        own[owned] = at;
        before[owned++] = count;
        long key = key(at);
        int slot = slot(key);
        if (!any || keys[slot] != key || ends[slot] <= at) {
            count++;
            return at;
        }
        last = lasts[slot];
        if (count + counts[slot] > MAX) {
            // This list ends before, so what it knows leads no further than here.
            cut = true;
            last = true;
            return at + 1;
        }
        count += counts[slot];
        return ends[slot];
    }

    /** Whether nothing follows the known elements. */
    boolean isLast() {
        return last;
    }

    /**
     * Ends the list.
     *
     * @param end where the next element may begin
     * @param ended whether there is no next element
     */
    void refuse(int end, boolean ended) {
        any = true;
        int known = cut ? own[--owned] : end;
        for (int i = 0; i < owned; i++) {
            long key = key(own[i]);
            int slot = slot(key);
            keys[slot] = key;
            ends[slot] = known;
            counts[slot] = count - before[i];
            lasts[slot] = ended && !cut;
        }
    }

    private long key(int at) {
        return ((long) at << BITS_OF_QUESTION) + question;
    }

    private static int slot(long key) {
        return (int) ((key * SPREAD) >>> SHIFT);
    }
}
