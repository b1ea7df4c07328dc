package dev.sentinel.audit.redact;

/**
 * The last value without quotes that is no secret. Values that end with it, as in {@code a=b=c=…}, may be none for the
 * same reason. Reused for many values; one thread.
 */
final class RefusedValue {
    /** A shorter one is examined as fast as it is remembered. */
    static final int SHORTEST = 8;

    private int from;
    /** Where the values begin that do not have the reason. */
    private int until;

    private int end;
    private NameSecrecy secrecy = NameSecrecy.NONE;

    /** Starts a new text. */
    void begin() {
        end = -1;
    }

    /** Remembers a value that was refused and has no fallback. */
    void remember(NameSecrecy newSecrecy, int newFrom, int newUntil, int newEnd) {
        secrecy = newSecrecy;
        from = newFrom;
        until = newUntil;
        end = newEnd;
    }

    /** Whether the value between these positions is refused too. */
    boolean endsWith(NameSecrecy itsSecrecy, int start, int itsEnd) {
        return itsEnd == end && start >= from && start < until && itsSecrecy == secrecy;
    }
}
