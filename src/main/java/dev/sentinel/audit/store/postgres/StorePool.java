package dev.sentinel.audit.store.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The few connections of a store beside the log. Each call has a timeout of its own, because a hung database does not
 * enforce that of a statement; after one, the next call gets other connections. Futures fail with a
 * {@link dev.sentinel.audit.failure.Failure}. Any thread.
 */
final class StorePool {
    private static final Logger LOG = LoggerFactory.getLogger(StorePool.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final CurrentPool pool;
    private final Duration timeout;

    /** @param maxWaiting calls that wait for a connection; others fail */
    StorePool(Sessions sessions, int connections, int maxWaiting) {
        this.pool = sessions.current(() -> sessions.writing(connections, maxWaiting));
        this.timeout = sessions.timeout();
    }

    /** Runs statements. Whether they took effect is unknown if the future fails. */
    <T> Future<T> call(Function<Pool, Future<T>> work) {
        return work.apply(pool.get())
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(cause -> {
                    if (cause instanceof TimeoutException) {
                        pool.renew();
                    }
                    return Failures.unavailable(cause);
                });
    }

    /** Runs a query and reads all of its rows. */
    <T> Future<List<T>> list(String sql, Tuple parameters, Function<Row, T> read) {
        return call(connections -> connections.preparedQuery(sql).execute(parameters))
                .map(rows -> {
                    List<T> list = new ArrayList<>(rows.size());
                    rows.forEach(row -> list.add(read.apply(row)));
                    return list;
                });
    }

    /** If the database hangs, its connections end with the process. */
    Future<Void> close() {
        return pool.close()
                .timeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(late -> LOG.debug("not closed in time", late))
                .otherwiseEmpty();
    }
}
