package dev.sentinel.audit.ingest.otlp.wire;

/**
 * The memory that one record may take. Two bytes of a request can be a value that takes a hundred, and a text may be as
 * large as the request. One thread.
 */
final class Room {
    /** Enough for several texts of megabytes. */
    private static final int BYTES = 16 << 20;

    /** About what a value, and its entry in a map or list, takes beside its text. */
    private static final int PER_VALUE = 96;

    private long left = BYTES;

    /** Takes room for one more value; false if there is none. */
    boolean takeValue() {
        left -= PER_VALUE;
        return left > 0;
    }

    /**
     * How many bytes of a text may be held: at most half of what is left, so that the short ones behind a long one have
     * some too.
     */
    int forText() {
        return (int) Math.max(0, left / 2);
    }

    void take(int bytes) {
        left -= bytes;
    }

    /** Bytes taken, of at least one value. */
    long taken() {
        return BYTES - left + PER_VALUE;
    }
}
