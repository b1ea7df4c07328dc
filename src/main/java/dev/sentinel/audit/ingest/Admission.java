package dev.sentinel.audit.ingest;

import dev.sentinel.audit.config.IngestConfig;
import dev.sentinel.audit.http.ByteBudget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Bounds what all requests together hold: bytes of bodies, taken before a body is read, and events, taken before they
 * are appended. Bytes are taken first and never while events are held, so nobody waits in a circle. Any thread, shared by
 * all event loops.
 */
public final class Admission implements ByteBudget {
    private final Budget events;
    private final Budget bytes;

    /** Makes the budgets of a server. */
    public Admission(Vertx vertx, IngestConfig config) {
        this.events = new Budget(vertx, "events", config.maxInFlightEvents(), config.admissionWait());
        this.bytes = new Budget(vertx, "bytes", config.maxInFlightBytes(), config.admissionWait());
    }

    /** Waits a bounded time for room, then fails with OVERLOADED. Completes on the caller's context. */
    Future<Permit> admitEvents(int count) {
        return events.take(count);
    }

    @Override
    public Future<Runnable> take(long amount) {
        return bytes.take(Math.min(amount, bytes.capacity())).map(permit -> permit::release);
    }

    /** Events that are accepted and not yet answered. */
    public long eventsInUse() {
        return events.inUse();
    }

    /** Bytes taken for bodies. */
    public long bytesInUse() {
        return bytes.inUse();
    }
}
