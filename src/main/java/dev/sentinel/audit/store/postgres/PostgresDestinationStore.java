package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Stores destinations in tables beside the events, shared by all servers. Owns its one connection. */
public final class PostgresDestinationStore implements DestinationStore {
    private static final String COLUMNS = "d.id, d.definition, d.revision, d.next_seq, d.replay_of, d.until_seq,"
            + " d.state, d.error, d.refused, CASE WHEN d.lease_until > clock_timestamp() THEN d.owner END, d.fence,"
            + " d.advanced_at";

    private static final String ALL = "SELECT " + COLUMNS + " FROM audit_destinations d ORDER BY d.id";

    private static final String ADD = "INSERT INTO audit_destinations (id, definition, revision, next_seq, replay_of,"
            + " until_seq, state, error, refused, advanced_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            + " ON CONFLICT DO NOTHING";

    private static final String DEFINE =
            "UPDATE audit_destinations SET definition = $2, revision = revision + 1 WHERE id = $1";

    private static final String STEER =
            "UPDATE audit_destinations SET state = $2, error = NULL, revision = revision + 1"
                    + " WHERE id = $1 AND state <> 'reset'";

    private static final String HOLD =
            "UPDATE audit_destinations SET state = 'reset', error = $3, revision = revision + 1"
                    + " WHERE id = $1 AND next_seq = $2 AND state <> 'reset'";

    private static final String SEEK = "UPDATE audit_destinations SET state = $2, error = NULL,"
            + " revision = revision + 1, next_seq = $3, owner = NULL, lease_until = '-infinity',"
            + " fence = nextval('audit_destination_fences') WHERE id = $1";

    private static final String REMOVE_REFUSED = "DELETE FROM audit_refused_events WHERE destination = $1"
            + " OR destination IN (SELECT id FROM audit_destinations WHERE replay_of = $1)";

    private static final String REMOVE_REPLAY = "DELETE FROM audit_destinations WHERE replay_of = $1";

    private static final String REMOVE = "DELETE FROM audit_destinations WHERE id = $1";

    /** Not now(): a statement that has waited for a row must not judge a lease by the time when it began. */
    private static final String OWN = "UPDATE audit_destinations d SET"
            + " fence = CASE WHEN d.owner = $2 THEN d.fence ELSE nextval('audit_destination_fences') END, owner = $2,"
            + " lease_until = clock_timestamp() + $3 * interval '1 millisecond'"
            + " WHERE d.id = $1 AND (d.owner = $2 OR d.lease_until <= clock_timestamp()) RETURNING " + COLUMNS;

    private static final String RELEASE =
            "UPDATE audit_destinations SET owner = NULL, lease_until = '-infinity' WHERE owner = $1";

    private static final String ADVANCE = "UPDATE audit_destinations SET next_seq = greatest(next_seq, $3),"
            + " advanced_at = clock_timestamp() WHERE id = $1 AND fence = $2";

    private static final String REPORT =
            "UPDATE audit_destinations SET state = $4, error = $5 WHERE id = $1 AND fence = $2 AND revision = $3";

    private static final String SKIP = "WITH moved AS (UPDATE audit_destinations d SET refused = d.refused + 1,"
            + " next_seq = greatest(d.next_seq, $3 + 1), advanced_at = clock_timestamp()"
            + " WHERE d.id = $1 AND d.fence = $2"
            + " AND (SELECT count(*) FROM audit_refused_events r WHERE r.destination = coalesce(d.replay_of, d.id)) < "
            + MAX_REFUSED
            + " RETURNING d.replay_of, coalesce(d.replay_of, d.id) AS keeper),"
            + " kept AS (INSERT INTO audit_refused_events SELECT keeper, $3, $4, $5 FROM moved ON CONFLICT DO NOTHING),"
            + " counted AS (UPDATE audit_destinations d SET refused = d.refused + 1 FROM moved"
            + " WHERE d.id = moved.replay_of)"
            + " SELECT count(*) FROM moved";

    private static final String FINISH =
            "DELETE FROM audit_destinations WHERE id = $1 AND fence = $2 AND replay_of IS NOT NULL";

    private static final String KEEP =
            "INSERT INTO audit_refused_events VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

    private static final String REFUSED =
            "SELECT seq, reason, refused_at FROM audit_refused_events WHERE destination = $1 ORDER BY seq";

    private static final String FORGET = "DELETE FROM audit_refused_events WHERE destination = $1 AND seq = $2";

    /** A few for each destination. */
    private static final int MAX_WAITING = 200;

    private final StorePool pool;

    private PostgresDestinationStore(Sessions sessions) {
        this.pool = new StorePool(sessions, 1, MAX_WAITING);
    }

    /**
     * Connects, and creates or migrates the tables as {@link PostgresKeyStore#open} does. Fails with
     * {@link dev.sentinel.audit.failure.Unusable}.
     *
     * @param timeout of the connection, and of each call
     */
    public static Future<PostgresDestinationStore> open(Vertx vertx, Database.Postgres database, Duration timeout) {
        // Reads certificates.
        return vertx.executeBlocking(() -> new Sessions(vertx, database, timeout))
                .compose(sessions -> Schema.migrate(sessions).map(done -> new PostgresDestinationStore(sessions)))
                .recover(cause -> Failures.unusable(database, cause));
    }

    @Override
    public Future<List<StoredDestination>> all() {
        return pool.list(ALL, Tuple.tuple(), PostgresDestinationStore::read);
    }

    private static StoredDestination read(Row row) {
        String replayOf = row.getString(4);
        return new StoredDestination(
                row.getString(0),
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                replayOf == null ? null : new StoredDestination.Replay(replayOf, row.getLong(5)),
                DestinationState.ofWireName(row.getString(6)),
                row.getString(7),
                row.getLong(8),
                row.getString(9),
                row.getLong(10),
                row.getValue(11) == null ? null : EventRow.time(row, 11));
    }

    @Override
    public Future<Boolean> add(StoredDestination added) {
        return update(ADD, row(added));
    }

    private static @Nullable Object[] row(StoredDestination added) {
        StoredDestination.Replay replay = added.replay();
        return new @Nullable Object[] {
            added.id(),
            added.definition(),
            added.revision(),
            added.next(),
            replay == null ? null : replay.of(),
            replay == null ? null : replay.until(),
            added.state().wireName(),
            added.error(),
            added.refused(),
            added.advanced() == null ? null : EventArrays.utc(added.advanced())
        };
    }

    @Override
    public Future<Boolean> define(String id, String definition) {
        return update(DEFINE, id, definition);
    }

    @Override
    public Future<Boolean> steer(String id, DestinationState state, OptionalLong next) {
        return next.isPresent()
                ? update(SEEK, id, state.wireName(), next.getAsLong())
                : update(STEER, id, state.wireName());
    }

    @Override
    public Future<Boolean> hold(String id, long next, String error) {
        return update(HOLD, id, next, error);
    }

    @Override
    public Future<Boolean> remove(String id) {
        return pool.call(connections -> connections.withTransaction(connection -> connection
                .preparedQuery(REMOVE_REFUSED)
                .execute(Tuple.of(id))
                .compose(done -> connection.preparedQuery(REMOVE_REPLAY).execute(Tuple.of(id)))
                .compose(done -> connection.preparedQuery(REMOVE).execute(Tuple.of(id)))
                .map(rows -> rows.rowCount() > 0)));
    }

    @Override
    public Future<Optional<StoredDestination>> own(String id, String server, Duration lease) {
        return pool.list(OWN, Tuple.of(id, server, lease.toMillis()), PostgresDestinationStore::read)
                .map(owned -> owned.stream().findFirst());
    }

    @Override
    public Future<Void> release(String server) {
        return update(RELEASE, server).mapEmpty();
    }

    @Override
    public Future<Boolean> advance(String id, long fence, long next) {
        return update(ADVANCE, id, fence, next);
    }

    @Override
    public Future<Boolean> report(
            String id, long fence, long revision, DestinationState state, @Nullable String error) {
        return update(REPORT, id, fence, revision, state.wireName(), error);
    }

    @Override
    public Future<Boolean> skip(String id, long fence, RefusedEvent event) {
        Tuple parameters = Tuple.of(id, fence, event.seq(), event.reason(), EventArrays.utc(event.at()));
        return pool.list(SKIP, parameters, row -> row.getLong(0) > 0).map(moved -> moved.get(0));
    }

    @Override
    public Future<List<RefusedEvent>> refused(String id) {
        return pool.list(
                REFUSED,
                Tuple.of(id),
                row -> new RefusedEvent(row.getLong(0), row.getString(1), EventRow.time(row, 2)));
    }

    @Override
    public Future<Void> forget(String id, long seq) {
        return update(FORGET, id, seq).mapEmpty();
    }

    @Override
    public Future<Boolean> finish(String replay, long fence) {
        return update(FINISH, replay, fence);
    }

    @Override
    public Future<Void> adopt(List<Adopted> destinations) {
        return pool.call(connections -> connections.withTransaction(connection -> adopt(connection, destinations)));
    }

    @Override
    public Future<Void> replaceAll(List<Adopted> destinations) {
        return pool.call(connections -> connections.withTransaction(connection -> connection
                .query("DELETE FROM audit_refused_events")
                .execute()
                .compose(done ->
                        connection.query("DELETE FROM audit_destinations").execute())
                .compose(done -> adopt(connection, destinations))));
    }

    private static Future<Void> adopt(SqlConnection connection, List<Adopted> destinations) {
        Future<Void> done = Future.succeededFuture();
        for (Adopted adopted : destinations) {
            done = done.compose(before -> adopt(connection, adopted));
        }
        return done;
    }

    private static Future<Void> adopt(SqlConnection connection, Adopted adopted) {
        String id = adopted.destination().id();
        List<Tuple> refused = adopted.refused().stream()
                .map(event -> Tuple.of(id, event.seq(), event.reason(), EventArrays.utc(event.at())))
                .toList();
        return connection
                .preparedQuery(ADD)
                .execute(Tuple.from(row(adopted.destination())))
                .compose(added -> added.rowCount() == 0 || refused.isEmpty()
                        ? Future.succeededFuture()
                        : connection.preparedQuery(KEEP).executeBatch(refused))
                .mapEmpty();
    }

    @Override
    public Future<Void> close() {
        return pool.close();
    }

    private Future<Boolean> update(String sql, @Nullable Object... parameters) {
        return pool.call(connections -> connections.preparedQuery(sql).execute(Tuple.from(parameters)))
                .map(rows -> rows.rowCount() > 0);
    }
}
