package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unusable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;

/**
 * The one connection of a migration. Its session holds the locks and writes the events, so the next holder of the locks
 * knows that every write of this session is either committed or rolled back. Blocking; for one plain thread.
 */
final class MigrationSession implements AutoCloseable {
    /** PostgreSQL notices that a client was killed only after it has finished the client's last statement. */
    private static final Duration KILLED_CLIENT_WAIT = Duration.ofSeconds(10);

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Database.Postgres database;
    private final Sessions sessions;
    private final Pool pool;
    private final SqlConnection connection;
    private int version;

    private MigrationSession(
            Database.Postgres database, Sessions sessions, Pool pool, SqlConnection connection, int version) {
        this.database = database;
        this.sessions = sessions;
        this.pool = pool;
        this.connection = connection;
        this.version = version;
    }

    /** Connects and locks out other migrations. Writes nothing. Throws {@link Unusable}. */
    static MigrationSession open(Vertx vertx, Database.Postgres database, Duration timeout) {
        Sessions sessions = new Sessions(vertx, database, timeout);
        Pool pool = sessions.untimed("migration");
        try {
            return pool.getConnection()
                    .compose(connection -> Schema.inspect(connection)
                            .map(version -> new MigrationSession(database, sessions, pool, connection, version)))
                    .compose(session -> session.lock(
                                    "migration",
                                    KILLED_CLIENT_WAIT,
                                    "another migration into this database is running; wait for it")
                            .map(session))
                    .recover(cause -> Failures.unusable(database, cause))
                    .await();
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** Takes a lock until the end of this session; fails with {@link Unusable} if another session keeps it. */
    Future<Void> lock(String name, Duration wait, String heldBy) {
        return connection
                .query("SET lock_timeout = " + wait.toMillis())
                .execute()
                .compose(set -> connection
                        .preparedQuery("SELECT pg_advisory_lock(" + Schema.LOCK_KEY + ")")
                        .execute(Tuple.of(name)))
                .recover(cause -> Future.failedFuture(
                        cause instanceof PgException pg && LOCK_NOT_AVAILABLE.equals(pg.getSqlState())
                                ? Failures.unusable(heldBy, null)
                                : cause))
                .compose(locked -> connection.query("RESET lock_timeout").execute())
                .mapEmpty();
    }

    /** Whether the tables exist; they may be empty. */
    boolean hasTables() {
        return version > 0;
    }

    /** The version of the tables; 0 if there are none. */
    int version() {
        return version;
    }

    void makeTables() {
        await(Schema.migrate(sessions));
        version = Schema.VERSION;
    }

    SqlConnection connection() {
        return connection;
    }

    /** Waits for the result; throws {@link Failure} with a message for the operator. */
    <T> T await(Future<T> future) {
        return inWords(future).await();
    }

    /** Fails with the same messages as {@link #await}. */
    <T> Future<T> inWords(Future<T> future) {
        return future.recover(cause -> Failures.unusable(database, cause));
    }

    @Override
    public void close() {
        pool.close().await();
    }
}
