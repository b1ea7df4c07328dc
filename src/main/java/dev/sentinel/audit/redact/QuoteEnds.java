package dev.sentinel.audit.redact;

import java.util.Arrays;

/**
 * Where quoted texts end. Several values may begin with the same one, as those of {@code a=b=c= or 'V'}, or be elements
 * of lists within each other. Reused for many texts; one thread.
 */
final class QuoteEnds {
    /** A power of two; a text that replaces another one costs only time. */
    private static final int SLOTS = 1 << 11;

    /** Where the quotes begin, and -1 in free slots. */
    private final int[] starts = new int[SLOTS];

    private final int[] ends = new int[SLOTS];
    private boolean any;

    QuoteEnds() {
        Arrays.fill(starts, -1);
    }

    /** Starts a new text. */
    void begin() {
        if (any) {
            Arrays.fill(starts, -1);
            any = false;
        }
    }

    /**
     * Where the text ends that this quote opens.
     *
     * @param quote as {@link Quotes#at} has found it
     */
    int close(Quotes quote, char[] text, int to) {
        int start = quote.start();
        int slot = start & (SLOTS - 1);
        if (starts[slot] != start) {
            any = true;
            ends[slot] = quote.close(text, quote.end(), to);
            starts[slot] = start;
        }
        return ends[slot];
    }
}
