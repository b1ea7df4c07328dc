package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.store.migrate.ImportProgress;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;

/** The checkpoints of imports, in a table beside the events. Servers may use the database meanwhile. */
public final class PostgresImportProgress implements ImportProgress {
    private final MigrationSession session;

    private PostgresImportProgress(MigrationSession session) {
        this.session = session;
    }

    /** Connects and locks out other migrations. Writes nothing. */
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
                ? session.await(MigrationTable.read(session.connection(), source))
                : Optional.empty();
    }

    @Override
    public void write(Checkpoint checkpoint) {
        session.await(MigrationTable.write(session.connection(), checkpoint));
    }

    @Override
    public void close() {
        session.close();
    }
}
