package dev.sentinel.audit.store.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.function.Supplier;

/**
 * A pool that can be replaced. The driver (5.0.10) cannot drop a connection whose peer is silent: even to close it, it
 * sends a terminate message and waits for the answer, and until then the connection occupies a slot of the pool. After
 * a power cut of the database host that lasts a quarter of an hour, until TCP gives up.
 *
 * <p>Any thread.
 */
final class CurrentPool {
    private final Supplier<Pool> maker;

    /** Of no verticle: the end of one waits until the pools that were made in its context are closed. */
    private final Context home;

    private volatile Pool pool;

    /** Not in the context of a verticle. */
    CurrentPool(Vertx vertx, Supplier<Pool> maker) {
        this.maker = maker;
        this.home = vertx.getOrCreateContext();
        this.pool = maker.get();
    }

    /** The current pool. Callers must get it again for every statement. */
    Pool get() {
        return pool;
    }

    /**
     * Replaces the pool soon, once for all who ask at the same time. Running statements of the old pool may still be
     * answered; queued ones fail.
     */
    void renew() {
        Pool before = pool;
        home.runOnContext(now -> {
            if (before.equals(pool)) {
                pool = maker.get();
                // Completes when the peer responds or TCP gives up, which is too late to wait for.
                before.close();
            }
        });
    }

    /** May not complete while the peer is silent, or if a connection is being established (PgEncoder.close, 5.0.10). */
    Future<Void> close() {
        return pool.close();
    }
}
