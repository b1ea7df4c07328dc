package dev.sentinel.audit.http;

import io.vertx.core.Future;

/** Memory for request bodies, of which there is only so much. */
public interface ByteBudget {

    /**
     * Takes a part, perhaps after waiting a bounded time.
     *
     * @return gives the part back, once; fails with OVERLOADED if there is none. Completes on the caller's context.
     */
    Future<Runnable> take(long bytes);
}
