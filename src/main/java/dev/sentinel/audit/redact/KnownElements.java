package dev.sentinel.audit.redact;

import java.util.Arrays;

/**
 * Elements of lists that were examined, so that a list within another one does not examine them again. Each element
 * leads to where the list went on behind it, possibly behind many others. Reused for many lists; one thread.
 */
final class KnownElements {
    /** The number of elements of a list that are examined. */
    static final int MAX = 64;

    private static final int BITS = 11;

    /** An element that replaces another one costs only time. */
    private static final int SLOTS = 1 << BITS;

    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final int SHIFT = 64 - BITS;
    private static final int BITS_OF_QUESTION = 7;

    /** Whether nothing follows the element, or those behind it. */
    private static final int LAST = 1;
    /** Whether the element, or one of those behind it, was taken. */
    private static final int TAKEN = 2;

    private static final int BITS_OF_STATE = 2;
    private static final int STATE = LAST | TAKEN;

    /** The positions of elements, and what was asked of them; -1 in free slots. */
    private final long[] keys = new long[SLOTS];

    /** Where the list goes on behind each element. */
    private final int[] nexts = new int[SLOTS];

    /** Where the list went on behind the last of the elements that followed. */
    private final int[] ends = new int[SLOTS];

    /** How many followed, the state of all of them and that of the element alone. */
    private final int[] counts = new int[SLOTS];

    private boolean any;
    /** What is asked of the elements of this list. */
    private int question;

    /** The elements of this list that were examined or led on, and how many there were before each. */
    private final long[] own = new long[MAX];

    private final int[] before = new int[MAX];
    /** Where the list goes on behind those that were examined; -1 for those that led on. */
    private final int[] ownNexts = new int[MAX];

    private final int[] ownStates = new int[MAX];
    private int owned;
    private int count;
    private int state;
    /** Whether known elements are beyond the maximum of this list, so that it does not end where they do. */
    private boolean cut;

    KnownElements() {
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
        state = 0;
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
     * @return where the list goes on; the same position if this element is not known, so that it is to be {@link #add
     *     added}
     */
    int next(int at) {
        long key = ((long) at << BITS_OF_QUESTION) + question;
        int index = owned++;
        own[index] = key;
        before[index] = count;
        ownNexts[index] = -1;
        int slot = slot(key);
        if (!any || keys[slot] != key || nexts[slot] <= at) {
            count++;
            return at;
        }
        int known = counts[slot];
        int more = known >> (2 * BITS_OF_STATE);
        int all = (known >> BITS_OF_STATE) & STATE;
        boolean beyond = count + more > MAX;
        if (beyond && (all & TAKEN) == 0) {
            // This list ends before, and nothing is taken, so what it knows leads no further than here.
            cut = true;
            state |= LAST;
            return at + 1;
        }
        count += beyond ? 1 : more;
        ownStates[index] = beyond ? known & STATE : all;
        state |= ownStates[index];
        return beyond ? nexts[slot] : ends[slot];
    }

    /** Adds the element that was counted last, which was examined. */
    void add(int at, int next, boolean taken) {
        int index = owned - 1;
        ownNexts[index] = next;
        ownStates[index] = (next == at ? LAST : 0) | (taken ? TAKEN : 0);
        state |= ownStates[index];
    }

    /** Whether nothing follows the elements so far. */
    boolean isLast() {
        return (state & LAST) != 0;
    }

    /** Whether one of the elements is a secret. */
    boolean isAnyTaken() {
        return (state & TAKEN) != 0;
    }

    /**
     * Ends the list.
     *
     * @param end where the next element may begin
     * @param ended whether there is no next element
     */
    void end(int end, boolean ended) {
        if (owned == 0) {
            return;
        }
        any = true;
        int known = end;
        if (cut) {
            owned--;
            known = (int) (own[owned] >> BITS_OF_QUESTION);
        }
        int all = ended && !cut ? LAST : 0;
        for (int i = owned - 1; i >= 0; i--) {
            int alone = ownStates[i];
            all |= alone;
            long key = own[i];
            int slot = slot(key);
            if (ownNexts[i] >= 0) {
                keys[slot] = key;
                nexts[slot] = ownNexts[i];
            } else if (keys[slot] == key) {
                alone = counts[slot] & STATE;
            } else {
                continue;
            }
            ends[slot] = known;
            counts[slot] = (((count - before[i]) << BITS_OF_STATE | all) << BITS_OF_STATE) | alone;
        }
    }

    private static int slot(long key) {
        return (int) ((key * SPREAD) >>> SHIFT);
    }
}
