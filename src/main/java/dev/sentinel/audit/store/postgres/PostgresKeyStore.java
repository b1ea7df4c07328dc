package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.TokenHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys in tables beside the events, the same for all servers. Has a small Vert.x of its own: a store of keys blocks its
 * caller, which may be a command that has none.
 */
public final class PostgresKeyStore implements KeyStore {
    private static final String COLUMNS =
            "id, name, hash, scopes, agent_prefix, rate_limit, created_at, expires_at, revoked_at, last_used_at";

    private static final String INSERT_KEY =
            "INSERT INTO audit_keys (" + COLUMNS + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    private static final String INSERT_ACT = "INSERT INTO audit_admin_acts (event_id, event) VALUES ($1, $2)";
    private static final String REVOKE = "UPDATE audit_keys SET revoked_at = $2 WHERE id = $1";
    private static final String COUNT_CHANGE = "UPDATE audit_key_changes SET changes = changes + 1";

    /** least() and greatest() pass over what is null: a key that was revoked on either side is revoked. */
    private static final String ADOPT_KEY = "INSERT INTO audit_keys AS known (" + COLUMNS
            + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
            + " hash = excluded.hash, scopes = excluded.scopes, agent_prefix = excluded.agent_prefix,"
            + " rate_limit = excluded.rate_limit, created_at = excluded.created_at, expires_at = excluded.expires_at,"
            + " revoked_at = least(known.revoked_at, excluded.revoked_at),"
            + " last_used_at = greatest(known.last_used_at, excluded.last_used_at)";

    private static final String ADOPT_ACT = "INSERT INTO audit_admin_acts (event_id, event) SELECT $1::text, $2::text"
            + " WHERE NOT EXISTS (SELECT 1 FROM audit_admin_acts WHERE event_id = $1::text)";

    /** A server that stops may tell later than another one. */
    private static final String USED = "UPDATE audit_keys SET last_used_at = greatest(last_used_at, $2) WHERE id = $1";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresKeyStore.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final CurrentPool pool;
    private final Duration timeout;
    private long seenChanges = -1;

    private PostgresKeyStore(Vertx vertx, CurrentPool pool, Duration timeout) {
        this.vertx = vertx;
        this.pool = pool;
        this.timeout = timeout;
    }

    /**
     * Connects, and makes the tables or brings them up. Throws {@link Unusable}.
     *
     * @param timeout of each call
     */
    public static PostgresKeyStore open(Database.Postgres database, Duration timeout) {
        // On a thread of its own: on one of the server's, Vert.x would warn of a second Vert.x.
        Vertx vertx = CompletableFuture.supplyAsync(() -> Vertx.vertx(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setWorkerPoolSize(1)
                        .setInternalBlockingPoolSize(1)))
                .join();
        try {
            Sessions sessions = new Sessions(vertx, database, timeout);
            get(
                    Schema.migrate(sessions).recover(cause -> Failures.unusable(database, cause)),
                    // The tables may be many, and another server may be about to make them.
                    Duration.ofDays(1));
            return new PostgresKeyStore(vertx, new CurrentPool(() -> sessions.writing(1, 1)), timeout);
        } catch (RuntimeException e) {
            vertx.close();
            throw e;
        }
    }

    @Override
    public List<ApiKey> keys() {
        return list(
                "SELECT " + COLUMNS + " FROM audit_keys ORDER BY created_at, id", Tuple.tuple(), PostgresKeyStore::key);
    }

    @Override
    public Optional<ApiKey> find(String id) {
        return list("SELECT " + COLUMNS + " FROM audit_keys WHERE id = $1", Tuple.of(id), PostgresKeyStore::key)
                .stream()
                .findFirst();
    }

    @Override
    public boolean changed() {
        long changes = list("SELECT changes FROM audit_key_changes", Tuple.tuple(), row -> row.getLong(0))
                .get(0);
        boolean changed = changes != seenChanges;
        seenChanges = changes;
        return changed;
    }

    @Override
    public void add(ApiKey key, AdminAct act) {
        change(connection -> insert(connection, key).compose(done -> insert(connection, act)));
    }

    @Override
    public void revoke(String id, Instant from, AdminAct act) {
        change(connection -> revoke(connection, id, from).compose(done -> insert(connection, act)));
    }

    @Override
    public void replace(String id, Instant from, ApiKey with, AdminAct act) {
        change(connection -> revoke(connection, id, from)
                .compose(done -> insert(connection, with))
                .compose(done -> insert(connection, act)));
    }

    @Override
    public void record(AdminAct act) {
        get(insert(pool.get(), act));
    }

    @Override
    public void used(Map<String, Instant> lastUsed) {
        List<Tuple> uses = new ArrayList<>();
        // In one order, so that two servers do not wait for each other.
        lastUsed.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(use -> uses.add(Tuple.of(use.getKey(), EventArrays.utc(use.getValue()))));
        if (!uses.isEmpty()) {
            get(pool.get().preparedQuery(USED).executeBatch(uses));
        }
    }

    @Override
    public List<AdminAct> uncaptured(int limit) {
        return list(
                "SELECT event_id, event FROM audit_admin_acts ORDER BY id LIMIT $1",
                Tuple.of((long) limit),
                row -> new AdminAct(row.getString(0), row.getString(1)));
    }

    @Override
    public void captured(List<AdminAct> acts) {
        get(pool.get()
                .preparedQuery("DELETE FROM audit_admin_acts WHERE event_id = ANY($1)")
                .execute(Tuple.of(acts.stream().map(AdminAct::eventId).toArray(String[]::new))));
    }

    @Override
    public void adopt(List<ApiKey> keys, List<AdminAct> acts) {
        change(connection -> {
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

    /** Keys here are part of what pg_dump and the like copy. */
    @Override
    public void copyTo(Path file) {
        throw new UnsupportedOperationException("keys in PostgreSQL are backed up with it");
    }

    @Override
    public void close() {
        // One after the other: what completes on an event loop of this Vert.x cannot wait for its end.
        closed(pool.close());
        closed(vertx.close());
    }

    /** Some changes of keys, all or none, that other servers take over. */
    private void change(Function<SqlConnection, Future<?>> work) {
        get(pool.get()
                .withTransaction(connection -> work.apply(connection)
                        .compose(done -> connection.query(COUNT_CHANGE).execute())));
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

    private <T> List<T> list(String sql, Tuple parameters, Function<Row, T> read) {
        RowSet<Row> rows = get(pool.get().preparedQuery(sql).execute(parameters));
        List<T> list = new ArrayList<>();
        rows.forEach(row -> list.add(read.apply(row)));
        return list;
    }

    /** Waits in vain while the database hangs: what it holds then ends with the process. */
    private static void closed(Future<Void> closing) {
        try {
            get(closing, CLOSE_TIMEOUT);
        } catch (Failure late) {
            LOG.debug("not closed in time", late);
        }
    }

    private <T> T get(Future<T> future) {
        try {
            return get(future.recover(Failures::unavailable), timeout);
        } catch (Failure e) {
            if (e.getCause() instanceof TimeoutException) {
                // The one connection may hang; the next call is to have another.
                pool.renew();
            }
            throw e;
        }
    }

    private static <T> T get(Future<T> future, Duration timeout) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new Unavailable("PostgreSQL: " + Failures.reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted", e);
        }
    }
}
