package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.store.StoreHealth;
import dev.sentinel.audit.store.StoreStatus;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The health of a store as a test wants it. Any thread. */
public final class StatusStore implements StoreHealth {
    private final AtomicInteger probes = new AtomicInteger();
    private volatile StoreStatus status;
    private volatile Supplier<Future<Void>> probe = Future::succeededFuture;

    public StatusStore(StoreStatus status) {
        this.status = status;
    }

    public void set(StoreStatus next) {
        status = next;
    }

    public void onProbe(Supplier<Future<Void>> answer) {
        probe = answer;
    }

    public int probes() {
        return probes.get();
    }

    @Override
    public StoreStatus status() {
        return status;
    }

    @Override
    public Future<Void> probe() {
        probes.incrementAndGet();
        return probe.get();
    }
}
