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
import java.util.function.Supplier;

/**
 * Creates the kinds of sessions with a database, each with its own pool. The caller owns and closes the pool.
 *
 * <p>No connection occupies its pool forever. A connection carries no traffic if its host vanished during a statement
 * or if a hung database accepted it, and TCP alone may take hours to notice. The transport closes both. It would also
 * close idle connections, perhaps just as one is taken, so the pools close idle connections earlier.
 */
final class Sessions {
    private static final String STATEMENT_TIMEOUT = "statement_timeout";
    /** A client that hangs within a transaction keeps its locks, and all servers wait for what it may still append. */
    private static final String TRANSACTION_TIMEOUT = "idle_in_transaction_session_timeout";

    private static final String SYNCHRONOUS_COMMIT = "synchronous_commit";

    /**
     * Every query follows an index in its order and reads only what it needs. If the planner estimates that few events
     * pass a condition, it prefers to read many events and sort them. The estimate may be wrong; following the index
     * never is.
     */
    static final Map<String, String> READING = Map.of(
            "enable_seqscan", "off",
            "enable_bitmapscan", "off",
            "enable_sort", "off",
            "max_parallel_workers_per_gather", "0",
            // Compiling takes longer than any of the queries.
            "jit", "off");

    /** How often pools look for idle connections. */
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

    /**
     * A pool that can be replaced. Must not be called in the context of a verticle.
     *
     * @param maker calls {@link #writing} or {@link #reading}
     */
    CurrentPool current(Supplier<Pool> maker) {
        return new CurrentPool(vertx, maker);
    }

    /** For appends: an acknowledged append is on disk, even if the server or role has synchronous_commit=off. */
    Pool writing(int connections, int maxWaiting) {
        return pool(
                shared("writers", connections, maxWaiting),
                hangTimeout(),
                Map.of(STATEMENT_TIMEOUT, millis(), SYNCHRONOUS_COMMIT, "on"));
    }

    /** For queries. */
    Pool reading(int connections, int maxWaiting) {
        Map<String, String> settings = new HashMap<>(READING);
        settings.put(STATEMENT_TIMEOUT, millis());
        settings.put("default_transaction_read_only", "on");
        return pool(shared("readers", connections, maxWaiting), hangTimeout(), settings);
    }

    /**
     * One connection for data that may be lost in a crash of PostgreSQL, because it is then derived again. Waiting for
     * the connection has no timeout.
     */
    Pool deriving() {
        return pool(single("sequencer"), hangTimeout(), Map.of(STATEMENT_TIMEOUT, millis(), SYNCHRONOUS_COMMIT, "off"));
    }

    /** One connection for statements without a timeout. Waiting for the connection has no timeout either. */
    Pool untimed(String name) {
        return pool(single(name), Duration.ZERO, Map.of(STATEMENT_TIMEOUT, "0", SYNCHRONOUS_COMMIT, "on"));
    }

    private String millis() {
        return Long.toString(timeout.toMillis());
    }

    /**
     * How long a connection may be without traffic before it is closed. Longer than the statement timeout and than the
     * pool's idle timeout.
     */
    Duration hangTimeout() {
        return timeout.multipliedBy(2).plus(CLEANING);
    }

    /** A request that timed out waiting for a connection is not served later: its caller is gone. */
    private PoolOptions shared(String name, int connections, int maxWaiting) {
        return options(name, connections)
                .setMaxWaitQueueSize(maxWaiting)
                .setConnectionTimeout((int) timeout.toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) timeout.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setPoolCleanerPeriod((int) CLEANING.toMillis());
    }

    /** Without a connection timeout: the driver (5.0.10) cannot close a pool in which getConnection() has timed out. */
    private static PoolOptions single(String name) {
        return options(name, 1).setConnectionTimeout(0);
    }

    private static PoolOptions options(String name, int connections) {
        return new PoolOptions().setName("sentinel-" + name).setMaxSize(connections);
    }

    private Pool pool(PoolOptions options, Duration hangTimeout, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("TimeZone", "UTC");
        all.put(TRANSACTION_TIMEOUT, Long.toString(hangTimeout.toMillis()));
        return PgBuilder.pool()
                .with(options)
                .with(ConnectOptions.transport(timeout, hangTimeout))
                .connectingTo(ConnectOptions.of(database, ssl, all))
                .using(vertx)
                .build();
    }
}
