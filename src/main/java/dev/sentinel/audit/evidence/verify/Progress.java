package dev.sentinel.audit.evidence.verify;

/** Is told how far a verification has come. Called often, by its thread. */
@FunctionalInterface
public interface Progress {
    /**
     * Called with the number of events that are done.
     *
     * @param total -1 if it is not known
     */
    void at(long done, long total);
}
