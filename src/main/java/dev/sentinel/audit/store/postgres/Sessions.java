package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The kinds of sessions with a database, each with a pool of its own. Who asks for a pool closes it.
 *
 * <p>No connection occupies its pool for ever: nothing moves on one whose host has vanished with a statement under way,
 * nor on one that a database that hangs has accepted, and TCP alone may take hours to notice. The transport closes
 * both. It would close connections that rest as well, perhaps just as one is taken; so the pools give those back before
 * that.
 */
final class Sessions {
    private static final String STATEMENT_TIMEOUT = "statement_timeout";
    private static final String SYNCHRONOUS_COMMIT = "synchronous_commit";

    /**
     * Every query follows an index in its order, and looks at what it needs only. Where the planner guesses that few
     * events pass a condition, it would rather read many and sort them; the guess may be wrong, this is not.
     */
    static final Map<String, String> READING = Map.of(
            "enable_seqscan", "off",
            "enable_bitmapscan", "off",
            "enable_sort", "off",
            "max_parallel_workers_per_gather", "0",
            // Compiling takes longer than any of the queries.
            "jit", "off");

    /** Pools look for connections that rest this often. */
    private static final Duration CLEANING = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Database.Postgres database;
    private final Duration timeout;
    private final ClientSSLOptions ssl;

    /**
     * Connects to nothing yet. Reads the certificates; throws {@link dev.sentinel.audit.failure.Unusable}.
     *
     * @param timeout how long it may take to get a connection, and how long a statement may take
     */
    Sessions(Vertx vertx, Database.Postgres database, Duration timeout) {
        this.vertx = vertx;
        this.database = database;
        this.timeout = timeout;
        this.ssl = ConnectOptions.ssl(vertx, database.tls());
    }

    Duration timeout() {
        return timeout;
    }

    /** For appends: what is answered is on disk, also where the server or the role is set to synchronous_commit=off. */
    Pool writing(int connections, int maxWaiting) {
        return pool(
                shared("writers", connections, maxWaiting),
                hangs(),
                Map.of(STATEMENT_TIMEOUT, millis(), SYNCHRONOUS_COMMIT, "on"));
    }

    /** For queries. */
    Pool reading(int connections, int maxWaiting) {
        Map<String, String> settings = new HashMap<>(READING);
        settings.put(STATEMENT_TIMEOUT, millis());
        settings.put("default_transaction_read_only", "on");
        return pool(shared("readers", connections, maxWaiting), hangs(), settings);
    }

    /**
     * One connection for what may be lost in a crash of PostgreSQL, because it is derived anew then. Waits for ever.
     */
    Pool deriving() {
        return pool(single("sequencer"), hangs(), Map.of(STATEMENT_TIMEOUT, millis(), SYNCHRONOUS_COMMIT, "off"));
    }

    /** One connection for what may take as long as it needs. Waits for ever. */
    Pool patient(String name) {
        return pool(single(name), Duration.ZERO, Map.of(STATEMENT_TIMEOUT, "0", SYNCHRONOUS_COMMIT, "on"));
    }

    private String millis() {
        return Long.toString(timeout.toMillis());
    }

    /**
     * When a connection on which nothing moves is given up. Later than the database ends a statement, and than the pool
     * gives a connection back.
     */
    Duration hangs() {
        return timeout.multipliedBy(2).plus(CLEANING);
    }

    /** Whoever has waited for a connection in vain is not served later: nobody would hear it. */
    private PoolOptions shared(String name, int connections, int maxWaiting) {
        return options(name, connections)
                .setMaxWaitQueueSize(maxWaiting)
                .setConnectionTimeout((int) timeout.toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) timeout.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setPoolCleanerPeriod((int) CLEANING.toMillis());
    }

    /** Without a time limit: the driver (5.0.10) cannot close a pool in which getConnection() has run into one. */
    private static PoolOptions single(String name) {
        return options(name, 1).setConnectionTimeout(0);
    }

    private static PoolOptions options(String name, int connections) {
        return new PoolOptions().setName("sentinel-" + name).setMaxSize(connections);
    }

    private Pool pool(PoolOptions options, Duration hangs, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("TimeZone", "UTC");
        return PgBuilder.pool()
                .with(options)
                .with(ConnectOptions.transport(timeout, hangs))
                .connectingTo(ConnectOptions.of(database, ssl, all))
                .using(vertx)
                .build();
    }
}
