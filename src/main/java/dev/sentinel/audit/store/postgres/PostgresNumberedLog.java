package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.NumberedLog;
import dev.sentinel.audit.store.SignedLog;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;

/** A {@link NumberedLog} in a database. While it is open, no server can become sequencing leader. */
public final class PostgresNumberedLog implements NumberedLog {
    private static final Duration SERVER_WAIT = Duration.ofSeconds(1);

    private static final String FORGET_TREE = "UPDATE audit_tree SET size = 0, root = $1, checkpoint = NULL,"
            + " term = term + 1, leader = NULL, leads_until = NULL";

    private final MigrationSession session;
    private final SqlConnection connection;
    private final String logId;

    private PostgresNumberedLog(MigrationSession session, String logId) {
        this.session = session;
        this.connection = session.connection();
        this.logId = logId;
    }

    /** Throws {@link Unusable} if there is no log, or while a server uses it. */
    public static PostgresNumberedLog open(Vertx vertx, Database.Postgres database, Duration timeout) {
        MigrationSession session = MigrationSession.open(vertx, database, timeout);
        try {
            if (!session.hasTables()) {
                throw new Unusable(database + " has no log; check DATABASE_URL");
            }
            session.await(session.lock("sequencer", SERVER_WAIT, "a server uses the database; stop all of them first"));
            session.makeTables();
            Row row = session.await(session.connection()
                            .query("SELECT log_id FROM audit_log_identity")
                            .execute())
                    .iterator()
                    .next();
            return new PostgresNumberedLog(session, row.getString(0));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Reads what is stored, also while servers use the database. Throws {@link Unusable}. */
    public static SignedLog.Standing standing(Vertx vertx, Database.Postgres database, Duration timeout) {
        Pool pool = new Sessions(vertx, database, timeout).reading(1, 1);
        return Identity.standing(pool)
                .recover(cause -> Failures.unusable(database, cause))
                .eventually(pool::close)
                .await();
    }

    @Override
    public String logId() {
        return logId;
    }

    @Override
    public int number() {
        return standing().number();
    }

    @Override
    public long events() {
        return standing().events();
    }

    private SignedLog.Standing standing() {
        return session.await(Identity.standing(connection));
    }

    @Override
    public void begin(int number) {
        session.await(connection
                .begin()
                .compose(transaction -> Identity.begin(connection, number)
                        .compose(begun -> connection
                                .preparedQuery(FORGET_TREE)
                                .execute(Tuple.of(Buffer.buffer(TreeHash.EMPTY.bytes()))))
                        .compose(forgotten ->
                                connection.query("TRUNCATE audit_tiles").execute())
                        .compose(done -> transaction.commit())));
    }

    @Override
    public void close() {
        session.close();
    }
}
