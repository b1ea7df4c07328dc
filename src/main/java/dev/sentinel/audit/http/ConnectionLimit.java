package dev.sentinel.audit.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the number of open connections. Shared by all event loops. */
public final class ConnectionLimit {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;

    /** @param registry for the counts of open and refused connections */
    public ConnectionLimit(int max, MeterRegistry registry) {
        this.max = max;
        Gauge.builder("sentinel.connections", open, AtomicInteger::get)
                .description("Open client connections.")
                .register(registry);
        refused = Counter.builder("sentinel.connections.refused")
                .description("Connections closed at once because of MAX_CONNECTIONS.")
                .register(registry);
    }

    /** Counts a new connection until it closes, or closes it at once if there are too many. */
    void opened(HttpConnection connection) {
        if (open.incrementAndGet() <= max) {
            connection.closeHandler(closed -> open.decrementAndGet());
        } else {
            open.decrementAndGet();
            refused.increment();
            connection.close();
        }
    }
}
