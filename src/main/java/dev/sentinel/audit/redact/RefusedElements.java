package dev.sentinel.audit.redact;

/**
 * The elements of the last list of which none is a secret. A list within it has the same elements to its end, so they
 * are not examined again. Reused for many lists; one thread.
 */
final class RefusedElements {
    /** The number of elements that are examined. */
    static final int MAX = 64;

    private int[] starts = new int[MAX];
    private int[] spare = new int[MAX];
    private int known;
    private int knownEnd;
    private boolean whole;
    private int count;
    /** Whether known elements are beyond the maximum of this list, so that it does not end where they do. */
    private boolean cut;

    /** What was asked of the known elements. */
    private int question = -1;

    /** Starts a new text. */
    void begin() {
        question = -1;
        known = 0;
    }

    /** Starts a list. What is known of another one holds if the same is asked of its elements. */
    void beginList(Assignment assignment, char[] text, char close) {
        int asked = (close == ']' ? 1 : 0)
                + (assignment.colon() ? 2 : 0)
                + (assignment.quotedName() ? 4 : 0)
                + (assignment.mayBeWorkingDirectory(text) ? 8 : 0)
                + 16 * level(assignment.secrecy());
        if (asked != question) {
            known = 0;
            question = asked;
        }
        count = 0;
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

    /** The number of elements of this list. */
    int count() {
        return count;
    }

    /**
     * Counts an element.
     *
     * @return where the examination goes on; the same position if this element is not known
     */
    int next(int at) {
        int index = indexOf(at);
        if (index < 0) {
            spare[count++] = at;
            return at;
        }
        int more = Math.min(known - index, MAX - count);
        System.arraycopy(starts, index, spare, count, more);
        count += more;
        cut = more < known - index;
        return knownEnd;
    }

    /** Whether nothing follows the known elements. */
    boolean isWhole() {
        return whole;
    }

    private int indexOf(int at) {
        for (int i = 0; i < known && starts[i] <= at; i++) {
            if (starts[i] == at) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Ends the list.
     *
     * @param end where the next element may begin
     * @param ended whether there is no next element
     */
    void refuse(int end, boolean ended) {
        int[] unused = starts;
        starts = spare;
        spare = unused;
        known = cut ? 0 : count;
        knownEnd = end;
        whole = ended;
    }
}
