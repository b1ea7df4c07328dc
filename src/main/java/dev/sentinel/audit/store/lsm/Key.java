package dev.sentinel.audit.store.lsm;

/**
 * The key of a group of entries.
 *
 * @param high the upper half
 * @param low the lower half
 */
public record Key(long high, long low) {
    /** The key of trees that are sorted by time alone. */
    public static final Key NONE = new Key(0, 0);
}
