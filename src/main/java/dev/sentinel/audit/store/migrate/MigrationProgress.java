package dev.sentinel.audit.store.migrate;

/** Receives the progress of a migration, on its thread. */
public interface MigrationProgress {

    /** The phases of a migration. */
    enum Phase {
        COPY,
        VERIFY
    }

    /** A phase begins with {@code done} of {@code total} events. */
    void begin(Phase phase, long done, long total);

    /** {@code done} events are processed durably. */
    void at(long done);

    /** The phase has ended. */
    void end();
}
