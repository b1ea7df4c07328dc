package dev.sentinel.audit.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections a server holds. Shared by all event loops. */
public final class ConnectionLimit {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;

    /** @param registry where the open and the refused ones are counted */
    public ConnectionLimit(int max, MeterRegistry registry) {
        this.max = max;
        Gauge.builder("sentinel.connections", open, AtomicInteger::get)
                .description("Open connections of clients.")
                .register(registry);
        refused = Counter.builder("sentinel.connections.refused")
                .description("Connections that were closed at once because there were too many.")
                .register(registry);
    }

    /** Gives a new connection a place until it closes, or closes it if there is none. */
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
