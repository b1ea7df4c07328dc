package dev.sentinel.audit.redact;

import java.util.Arrays;

/**
 * Finds the closing brackets of placeholders on their line. Remembers pairs, because a placeholder may begin within
 * another one. For one text at a time; one thread.
 */
final class Pairs {
    /** A power of two above the distance of two brackets. */
    private static final int SLOTS = 128;

    private final char opening;
    private final char closing;
    /** The last opening brackets that are not closed, as a ring. */
    private final int[] open = new int[SLOTS];

    private int opened;
    private int first;
    /** Closing brackets by the position of their opening bracket, and that position. */
    private final int[] closes = new int[SLOTS];

    private final int[] closed = new int[SLOTS];
    private int readFrom;
    private int readUntil;

    Pairs(char opening, char closing) {
        this.opening = opening;
        this.closing = closing;
    }

    /** Starts a new text. Most have no bracket, so the first one clears what was remembered. */
    void begin() {
        readFrom = Integer.MAX_VALUE;
    }

    private void restart(int at) {
        Arrays.fill(closed, -1);
        opened = 0;
        first = 0;
        readFrom = at;
        readUntil = at;
    }

    /**
     * Where the bracket closes that opens here; -1 if it closes nowhere before the limit.
     *
     * @param limit no more than 120 characters further
     */
    int close(char[] text, int at, int limit) {
        if (at < readFrom || at > readUntil || readUntil - at > SLOTS) {
            restart(at);
        }
        while (closed[at % SLOTS] != at && readUntil < limit) {
            read(text[readUntil], readUntil);
            readUntil++;
        }
        int close = closes[at % SLOTS];
        return closed[at % SLOTS] == at && close < limit ? close : -1;
    }

    private void read(char c, int at) {
        if (c == opening) {
            open[(first + opened) % SLOTS] = at;
            if (opened < SLOTS) {
                opened++;
            } else {
                first = (first + 1) % SLOTS;
            }
        } else if (c == closing && opened > 0) {
            opened--;
            int last = open[(first + opened) % SLOTS];
            closed[last % SLOTS] = last;
            closes[last % SLOTS] = at;
        } else if (c == '\n') {
            opened = 0;
        }
    }
}
