package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.TokenHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Stores keys in tables beside the events, shared by all servers. Owns its one connection. */
public final class PostgresKeyStore implements KeyStore {
    private static final String COLUMNS =
            "id, name, hash, scopes, agent_prefix, rate_limit, created_at, expires_at, revoked_at, last_used_at";

    private static final String INSERT_KEY =
            "INSERT INTO audit_keys (" + COLUMNS + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    private static final String INSERT_ACT = "INSERT INTO audit_admin_acts (event_id, event) VALUES ($1, $2)";
    private static final String REVOKE = "UPDATE audit_keys SET revoked_at = $2 WHERE id = $1";
    private static final String COUNT_CHANGE = "UPDATE audit_key_changes SET changes = changes + 1";

    /** least() and greatest() ignore nulls: a key that was revoked on either side is revoked. */
    private static final String ADOPT_KEY = "INSERT INTO audit_keys AS known (" + COLUMNS
            + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
            + " hash = excluded.hash, scopes = excluded.scopes, agent_prefix = excluded.agent_prefix,"
            + " rate_limit = excluded.rate_limit, created_at = excluded.created_at, expires_at = excluded.expires_at,"
            + " revoked_at = least(known.revoked_at, excluded.revoked_at),"
            + " last_used_at = greatest(known.last_used_at, excluded.last_used_at)";

    private static final String ADOPT_ACT = "INSERT INTO audit_admin_acts (event_id, event) SELECT $1::text, $2::text"
            + " WHERE NOT EXISTS (SELECT 1 FROM audit_admin_acts WHERE event_id = $1::text)";

    /** A stopping server may report an older use after another server reported a newer one. */
    private static final String USED = "UPDATE audit_keys SET last_used_at = greatest(last_used_at, $2) WHERE id = $1";

    private static final String SESSIONS = "SELECT cookie, page, key_id, credential, expires_at FROM audit_sessions";
    private static final String ADD_SESSION =
            "INSERT INTO audit_sessions (cookie, page, key_id, credential, expires_at) VALUES ($1, $2, $3, $4, $5)";
    private static final String DELETE_EXPIRED = "DELETE FROM audit_sessions WHERE expires_at <= $1";
    private static final String DELETE_OLDEST = "DELETE FROM audit_sessions WHERE cookie IN (SELECT cookie FROM"
            + " audit_sessions WHERE key_id = $1 ORDER BY expires_at DESC, cookie OFFSET $2)";
    private static final String DELETE_SESSION = "DELETE FROM audit_sessions WHERE cookie = $1";
    private static final int SECRET_BYTES = 32;

    /** One call has the connection, and the others wait. */
    private static final int MAX_WAITING = MAX_CALLS - 1;

    private final StorePool pool;

    private PostgresKeyStore(Sessions sessions) {
        this.pool = new StorePool(sessions, 1, MAX_WAITING);
    }

    /**
     * Connects, and creates or migrates the tables. That has no timeout: a migration may be long, and it may have to
     * wait for another server that is migrating. Fails with {@link dev.sentinel.audit.failure.Unusable}.
     *
     * @param timeout of the connection, and of each call
     */
    public static Future<PostgresKeyStore> open(Vertx vertx, Database.Postgres database, Duration timeout) {
        // Reads certificates.
        return vertx.executeBlocking(() -> new Sessions(vertx, database, timeout))
                .compose(sessions -> Schema.migrate(sessions).map(done -> new PostgresKeyStore(sessions)))
                .recover(cause -> Failures.unusable(database, cause));
    }

    @Override
    public Future<List<ApiKey>> keys() {
        return pool.list(
                "SELECT " + COLUMNS + " FROM audit_keys ORDER BY created_at, id", Tuple.tuple(), PostgresKeyStore::key);
    }

    @Override
    public Future<Optional<ApiKey>> find(String id) {
        return pool.list("SELECT " + COLUMNS + " FROM audit_keys WHERE id = $1", Tuple.of(id), PostgresKeyStore::key)
                .map(keys -> keys.stream().findFirst());
    }

    @Override
    public Future<Long> version() {
        return pool.list("SELECT changes FROM audit_key_changes", Tuple.tuple(), row -> row.getLong(0))
                .map(changes -> changes.get(0));
    }

    @Override
    public Future<Void> add(ApiKey key, AdminAct act) {
        return change(connection -> insert(connection, key).compose(done -> insert(connection, act)));
    }

    @Override
    public Future<Void> revoke(String id, Instant from, AdminAct act) {
        return change(connection -> revoke(connection, id, from).compose(done -> insert(connection, act)));
    }

    @Override
    public Future<Void> replace(String id, Instant from, ApiKey with, AdminAct act) {
        return change(connection -> revoke(connection, id, from)
                .compose(done -> insert(connection, with))
                .compose(done -> insert(connection, act)));
    }

    @Override
    public Future<Void> record(AdminAct act) {
        return pool.call(connections -> insert(connections, act)).mapEmpty();
    }

    @Override
    public Future<Void> used(Map<String, Instant> lastUsed) {
        List<Tuple> uses = new ArrayList<>();
        // In a fixed order, so that two servers cannot deadlock.
        lastUsed.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(use -> uses.add(Tuple.of(use.getKey(), EventArrays.utc(use.getValue()))));
        return uses.isEmpty()
                ? Future.succeededFuture()
                : pool.call(connections -> connections.preparedQuery(USED).executeBatch(uses))
                        .mapEmpty();
    }

    @Override
    public Future<List<AdminAct>> uncaptured(int limit) {
        return pool.list(
                "SELECT event_id, event FROM audit_admin_acts ORDER BY id LIMIT $1",
                Tuple.of((long) limit),
                row -> new AdminAct(row.getString(0), row.getString(1)));
    }

    @Override
    public Future<Void> captured(List<AdminAct> acts) {
        String[] ids = acts.stream().map(AdminAct::eventId).toArray(String[]::new);
        return pool.call(connections -> connections
                        .preparedQuery("DELETE FROM audit_admin_acts WHERE event_id = ANY($1)")
                        .execute(Tuple.of(ids)))
                .mapEmpty();
    }

    @Override
    public Future<Void> adopt(List<ApiKey> keys, List<AdminAct> acts) {
        return change(connection -> {
            Future<?> done = Future.succeededFuture();
            for (ApiKey key : keys) {
                done = done.compose(
                        before -> connection.preparedQuery(ADOPT_KEY).execute(columns(key)));
            }
            for (AdminAct act : acts) {
                done = done.compose(
                        before -> connection.preparedQuery(ADOPT_ACT).execute(Tuple.of(act.eventId(), act.event())));
            }
            return done;
        });
    }

    /** Of two servers that start for the first time, the second one gets the secret of the first. */
    @Override
    public Future<byte[]> secret() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return adoptSecret(random)
                .compose(made -> pool.list(
                        "SELECT value FROM audit_secrets",
                        Tuple.tuple(),
                        row -> HexFormat.of().parseHex(row.getString(0))))
                .map(secrets -> secrets.get(0));
    }

    @Override
    public Future<Void> adoptSecret(byte[] secret) {
        return pool.call(connections -> connections
                        .preparedQuery("INSERT INTO audit_secrets VALUES (0, $1) ON CONFLICT DO NOTHING")
                        .execute(Tuple.of(HexFormat.of().formatHex(secret))))
                .mapEmpty();
    }

    @Override
    public Future<List<Session>> sessions() {
        return pool.list(
                SESSIONS,
                Tuple.tuple(),
                row -> new Session(
                        TokenHash.ofHex(row.getString(0)),
                        TokenHash.ofHex(row.getString(1)),
                        row.getString(2),
                        TokenHash.ofHex(row.getString(3)),
                        EventRow.time(row, 4)));
    }

    @Override
    public Future<Void> begin(Session session, Instant now) {
        return change(connection -> connection
                .preparedQuery(DELETE_EXPIRED)
                .execute(Tuple.of(EventArrays.utc(now)))
                .compose(done ->
                        connection.preparedQuery(DELETE_OLDEST).execute(Tuple.of(session.keyId(), MAX_SESSIONS - 1L)))
                .compose(done -> connection
                        .preparedQuery(ADD_SESSION)
                        .execute(Tuple.of(
                                session.cookie().hex(),
                                session.page().hex(),
                                session.keyId(),
                                session.credential().hex(),
                                EventArrays.utc(session.expires())))));
    }

    @Override
    public Future<Void> end(TokenHash cookie) {
        return change(connection -> connection.preparedQuery(DELETE_SESSION).execute(Tuple.of(cookie.hex())));
    }

    @Override
    public Future<Void> close() {
        return pool.close();
    }

    /** Changes keys in one transaction, and makes other servers read the keys again. */
    private Future<Void> change(Function<SqlConnection, Future<?>> work) {
        return pool.call(connections -> connections.withTransaction(connection -> work.apply(connection)
                        .compose(done -> connection.query(COUNT_CHANGE).execute())))
                .mapEmpty();
    }

    private static Future<?> insert(SqlConnection connection, ApiKey key) {
        return connection.preparedQuery(INSERT_KEY).execute(columns(key));
    }

    private static Tuple columns(ApiKey key) {
        RateLimit limit = key.rateLimit();
        return Tuple.from(new @Nullable Object[] {
            key.id(),
            key.name(),
            key.hash().hex(),
            key.scopes().stream().map(Scope::name).sorted().collect(Collectors.joining(" ")),
            key.agentPrefix(),
            limit == null ? null : limit.toString(),
            EventArrays.utc(key.created()),
            utc(key.expires()),
            utc(key.revoked()),
            utc(key.lastUsed())
        });
    }

    private static Future<?> insert(SqlClient connection, AdminAct act) {
        return connection.preparedQuery(INSERT_ACT).execute(Tuple.of(act.eventId(), act.event()));
    }

    private static Future<?> revoke(SqlConnection connection, String id, Instant from) {
        return connection.preparedQuery(REVOKE).execute(Tuple.of(id, EventArrays.utc(from)));
    }

    private static ApiKey key(Row row) {
        String limit = row.getString(5);
        return new ApiKey(
                row.getString(0),
                row.getString(1),
                TokenHash.ofHex(row.getString(2)),
                Arrays.stream(row.getString(3).split(" ", -1))
                        .map(Scope::valueOf)
                        .collect(Collectors.toSet()),
                row.getString(4),
                limit == null ? null : RateLimit.parse(limit),
                EventRow.time(row, 6),
                time(row, 7),
                time(row, 8),
                time(row, 9));
    }

    private static @Nullable Object utc(@Nullable Instant time) {
        return time == null ? null : EventArrays.utc(time);
    }

    private static @Nullable Instant time(Row row, int column) {
        return row.getValue(column) == null ? null : EventRow.time(row, column);
    }
}
