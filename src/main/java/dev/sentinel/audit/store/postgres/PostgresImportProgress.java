package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.store.migrate.ImportProgress;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;

/** The marks of imports, in a table beside the events. Servers may use the database meanwhile. */
public final class PostgresImportProgress implements ImportProgress {
    private final MigrationSession session;

    private PostgresImportProgress(MigrationSession session) {
        this.session = session;
    }

    /** Connects, and keeps other migrations off. Writes nothing. */
    public static PostgresImportProgress open(Vertx vertx, Database.Postgres database, Duration timeout) {
        return new PostgresImportProgress(MigrationSession.open(vertx, database, timeout));
    }

    @Override
    public boolean targetHoldsEvents() {
        return session.hasTables()
                && session.await(session.connection()
                                        .query("SELECT 1 FROM audit_events LIMIT 1")
                                        .execute())
                                .size()
                        == 1;
    }

    @Override
    public Optional<Checkpoint> read(String source) {
        return session.hasTables()
                ? session.await(MigrationMarks.read(session.connection(), source))
                : Optional.empty();
    }

    @Override
    public void write(Checkpoint mark) {
        session.await(MigrationMarks.write(session.connection(), mark));
    }

    @Override
    public void close() {
        session.close();
    }
}
