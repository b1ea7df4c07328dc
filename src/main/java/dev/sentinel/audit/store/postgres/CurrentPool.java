package dev.sentinel.audit.store.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.function.Supplier;

/**
 * A pool that can be replaced. The driver (5.0.10) cannot let go of a connection whose other end is silent: it says
 * good-bye and waits for the answer, also when the connection is told to close, and until then the connection occupies
 * its place in the pool. After a power cut of the database's machine that would be a quarter of an hour, until TCP
 * gives up.
 *
 * <p>Any thread.
 */
final class CurrentPool {
    private final Supplier<Pool> maker;
    private volatile Pool pool;

    CurrentPool(Supplier<Pool> maker) {
        this.maker = maker;
        this.pool = maker.get();
    }

    /** To be asked for anew for every statement. */
    Pool get() {
        return pool;
    }

    /** Replaces the pool. What is under way in the old one may still be answered; what waits in it fails. */
    void renew() {
        Pool before = pool;
        pool = maker.get();
        // Ends when the other end says something, or TCP gives up; nobody can wait for that.
        before.close();
    }

    /** May never complete, while the other end is silent. */
    Future<Void> close() {
        return pool.close();
    }
}
