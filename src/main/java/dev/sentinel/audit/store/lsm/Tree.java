package dev.sentinel.audit.store.lsm;

/**
 * One of the trees of a file.
 *
 * @param id its number in the file, from zero, without gaps
 * @param maxFiltered runs with at most so many entries have filters of their keys; worth it if a key is in few runs,
 *     and if the filters have room in {@link LsmCache}
 */
public record Tree(int id, long maxFiltered) {
    /** For {@code maxFiltered}: no run has a filter. */
    public static final long NEVER = 0;

    /** For {@code maxFiltered}: all runs have filters. */
    public static final long ALWAYS = Long.MAX_VALUE;
}
