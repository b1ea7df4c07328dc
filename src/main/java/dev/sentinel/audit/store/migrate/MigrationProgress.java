package dev.sentinel.audit.store.migrate;

/** Hears how far a migration is; on its thread. */
public interface MigrationProgress {

    /** What is being done. */
    enum Phase {
        COPY,
        VERIFY
    }

    /** A phase begins, after so many events of so many. */
    void begin(Phase phase, long done, long total);

    /** So many are done, durably. */
    void at(long done);

    /** The phase has ended. */
    void end();
}
