package dev.sentinel.audit.store.lsm;

/**
 * One of the trees of a file.
 *
 * @param id its number in the file, from zero, without gaps
 * @param maxFiltered the most entries of a run that has a filter of its keys. A filter is worth its space if a key is
 *     in few runs, and if all filters have room in {@link LsmCache}
 */
public record Tree(int id, long maxFiltered) {
    /** For {@code maxFiltered}: no run has a filter. */
    public static final long NEVER = 0;

    /** For {@code maxFiltered}: all runs have filters. */
    public static final long ALWAYS = Long.MAX_VALUE;
}
