package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The kinds of sessions with a database, each with a pool of its own. Who asks for a pool closes it. */
final class Sessions {
    private static final String STATEMENT_TIMEOUT = "statement_timeout";
    private static final String SYNCHRONOUS_COMMIT = "synchronous_commit";

    /**
     * Every query follows an index in its order, and looks at what it needs only. Where the planner guesses that few events
     * pass a condition, it would rather read many and sort them; the guess may be wrong, this is not.
     */
    static final Map<String, String> READING = Map.of(
            "enable_seqscan", "off",
            "enable_bitmapscan", "off",
            "enable_sort", "off",
            "max_parallel_workers_per_gather", "0",
            // Compiling takes longer than any of the queries.
            "jit", "off");

    private final Vertx vertx;
    private final Database.Postgres database;
    private final Duration timeout;

    /** @param timeout how long it may take to get a connection, and how long a statement may take */
    Sessions(Vertx vertx, Database.Postgres database, Duration timeout) {
        this.vertx = vertx;
        this.database = database;
        this.timeout = timeout;
    }

    Duration timeout() {
        return timeout;
    }

    /** For appends: what is answered is on disk, also where the server or the role is set to synchronous_commit=off. */
    Pool writing(int connections, int maxWaiting) {
        return pool("writers", connections, maxWaiting, Map.of(STATEMENT_TIMEOUT, millis(), SYNCHRONOUS_COMMIT, "on"));
    }

    /** For queries. */
    Pool reading(int connections, int maxWaiting) {
        Map<String, String> settings = new HashMap<>(READING);
        settings.put(STATEMENT_TIMEOUT, millis());
        settings.put("default_transaction_read_only", "on");
        return pool("readers", connections, maxWaiting, settings);
    }

    /** One connection for what may be lost in a crash of PostgreSQL, because it is derived anew then. */
    Pool deriving() {
        return pool("sequencer", 1, 1, Map.of(STATEMENT_TIMEOUT, millis(), SYNCHRONOUS_COMMIT, "off"));
    }

    /** One connection for what may take as long as it needs. */
    Pool patient(String name) {
        return pool(name, 1, 1, Map.of(STATEMENT_TIMEOUT, "0", SYNCHRONOUS_COMMIT, "on"));
    }

    private String millis() {
        return Long.toString(timeout.toMillis());
    }

    private Pool pool(String name, int connections, int maxWaiting, Map<String, String> settings) {
        return PgBuilder.pool()
                .with(new PoolOptions()
                        .setName("sentinel-" + name)
                        .setMaxSize(connections)
                        .setMaxWaitQueueSize(maxWaiting)
                        .setConnectionTimeout((int) timeout.toMillis())
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(ConnectOptions.transport(timeout))
                .connectingTo(ConnectOptions.of(database, settings))
                .using(vertx)
                .build();
    }
}
