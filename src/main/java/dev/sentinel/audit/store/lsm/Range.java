package dev.sentinel.audit.store.lsm;

/**
 * Which entries of a key a walk visits, and in which direction.
 *
 * @param fromTime with {@code fromSeq} the oldest place, inclusive
 * @param toTime with {@code toSeq} the newest place, exclusive
 * @param newestFirst the direction
 */
public record Range(long fromTime, long fromSeq, long toTime, long toSeq, boolean newestFirst) {
    /** Everything, in one direction. */
    public static Range all(boolean newestFirst) {
        return new Range(Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, newestFirst);
    }
}
