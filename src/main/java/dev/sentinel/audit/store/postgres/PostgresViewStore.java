package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.ViewStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;

/** Stores views in a table beside the events, shared by all servers. Owns its one connection. */
public final class PostgresViewStore implements ViewStore {
    private static final String SELECT = "SELECT owner, id, name, path, created_at FROM audit_saved_views";
    private static final String ALL = SELECT + " ORDER BY owner, name";
    private static final String OF = SELECT + " WHERE owner = $1 ORDER BY name";

    private static final String INSERT = "INSERT INTO audit_saved_views (owner, id, name, path, created_at)";

    private static final String ADD = INSERT + " SELECT $1, $2, $3, $4, $5"
            + " WHERE (SELECT count(*) FROM audit_saved_views WHERE owner = $1) < " + MAX_VIEWS
            + " ON CONFLICT DO NOTHING";

    private static final String CHANGE = "UPDATE audit_saved_views v SET name = $3, path = $4"
            + " WHERE v.owner = $1 AND v.id = $2 AND NOT EXISTS"
            + " (SELECT FROM audit_saved_views o WHERE o.owner = $1 AND o.name = $3 AND o.id <> $2)";

    private static final String REMOVE = "DELETE FROM audit_saved_views WHERE owner = $1 AND id = $2";

    private static final String INHERIT = INSERT + " SELECT $2, id, name, path, created_at FROM audit_saved_views"
            + " WHERE owner = $1 ON CONFLICT DO NOTHING";

    private static final String ADOPT = INSERT + " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    /** People click no faster. */
    private static final int MAX_WAITING = 100;

    private final StorePool pool;

    private PostgresViewStore(Sessions sessions) {
        this.pool = new StorePool(sessions, 1, MAX_WAITING);
    }

    /**
     * Connects, and creates or migrates the tables as {@link PostgresKeyStore#open} does. Fails with
     * {@link dev.sentinel.audit.failure.Unusable}.
     *
     * @param timeout of the connection, and of each call
     */
    public static Future<PostgresViewStore> open(Vertx vertx, Database.Postgres database, Duration timeout) {
        // Reads certificates.
        return vertx.executeBlocking(() -> new Sessions(vertx, database, timeout))
                .compose(sessions -> Schema.migrate(sessions).map(done -> new PostgresViewStore(sessions)))
                .recover(cause -> Failures.unusable(database, cause));
    }

    @Override
    public Future<List<SavedView>> all() {
        return pool.list(ALL, Tuple.tuple(), PostgresViewStore::read);
    }

    @Override
    public Future<List<SavedView>> of(String owner) {
        return pool.list(OF, Tuple.of(owner), PostgresViewStore::read);
    }

    private static SavedView read(Row row) {
        return new SavedView(
                row.getString(0), row.getString(1), row.getString(2), row.getString(3), EventRow.time(row, 4));
    }

    @Override
    public Future<Outcome> add(SavedView view) {
        return update(ADD, row(view))
                .compose(added -> added
                        ? Future.succeededFuture(Outcome.DONE)
                        : of(view.owner())
                                .map(views -> isTaken(views, view.name()) ? Outcome.NAME_TAKEN : Outcome.FULL));
    }

    private static boolean isTaken(List<SavedView> views, String name) {
        return views.stream().anyMatch(view -> view.name().equals(name));
    }

    private static Tuple row(SavedView view) {
        return Tuple.of(view.owner(), view.id(), view.name(), view.path(), EventArrays.utc(view.created()));
    }

    @Override
    public Future<Outcome> change(SavedView view) {
        return update(CHANGE, Tuple.of(view.owner(), view.id(), view.name(), view.path()))
                .compose(changed -> changed
                        ? Future.succeededFuture(Outcome.DONE)
                        : of(view.owner())
                                .map(views -> isTaken(views, view.name()) ? Outcome.NAME_TAKEN : Outcome.UNKNOWN));
    }

    @Override
    public Future<Boolean> remove(String owner, String id) {
        return update(REMOVE, Tuple.of(owner, id));
    }

    @Override
    public Future<Void> inherit(String owner, String heir) {
        return update(INHERIT, Tuple.of(owner, heir)).mapEmpty();
    }

    @Override
    public Future<Void> adopt(List<SavedView> views) {
        return views.isEmpty()
                ? Future.succeededFuture()
                : pool.call(connections -> adopt(connections, views)).mapEmpty();
    }

    @Override
    public Future<Void> replaceAll(List<SavedView> views) {
        return pool.call(connections -> connections.withTransaction(connection -> connection
                        .query("DELETE FROM audit_saved_views")
                        .execute()
                        .compose(deleted ->
                                views.isEmpty() ? Future.succeededFuture(deleted) : adopt(connection, views))))
                .mapEmpty();
    }

    private static Future<RowSet<Row>> adopt(SqlClient client, List<SavedView> views) {
        return client.preparedQuery(ADOPT)
                .executeBatch(views.stream().map(PostgresViewStore::row).toList());
    }

    @Override
    public Future<Void> close() {
        return pool.close();
    }

    private Future<Boolean> update(String sql, Tuple parameters) {
        return pool.call(connections -> connections.preparedQuery(sql).execute(parameters))
                .map(rows -> rows.rowCount() > 0);
    }
}
