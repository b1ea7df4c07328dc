package dev.sentinel.audit.store.migrate;

/** Ignores the progress. */
public final class NoProgress implements MigrationProgress {
    @Override
    public void begin(Phase phase, long done, long total) {}

    @Override
    public void at(long done) {}

    @Override
    public void end() {}
}
