package dev.sentinel.audit.store;

import dev.sentinel.audit.failure.Failure;
import io.vertx.core.Future;

/** The health of a store, for health checks and metrics. Any thread. */
public interface StoreHealth {

    /**
     * The latest state. MUST NOT block or do I/O, because event loops call it several times a second. Values that only
     * the file system or the database knows are therefore sampled in the background and may be old: sizes of remote
     * tables by a minute, everything else by half a second.
     */
    StoreStatus status();

    /**
     * Performs a durable write that changes no event, to find out whether the store can write. Completes on the
     * caller's Vert.x context; {@link StoreStatus#writable} MUST follow the outcome. Fails with a {@link Failure} if
     * the store cannot write. May take as long as the disk needs, so callers must run one probe at a time.
     */
    Future<Void> probe();
}
