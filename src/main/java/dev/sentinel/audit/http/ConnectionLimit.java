package dev.sentinel.audit.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the number of open connections. Shared by all event loops.
 *
 * <p>When all places are taken, an address with less than its share, a quarter, gets the place of the oldest connection
 * of an address with more. Trusted proxies keep their connections: each of them speaks for many clients.
 */
public final class ConnectionLimit {
    private static final int SHARES = 4;

    private final int max;
    private final int share;
    private final ClientAddress addresses;
    private final Counter refused;
    private final Counter displaced;

    // The lock guards these. The connections of an address are in the order in which they were opened.
    private final Map<String, Set<HttpConnection>> byAddress = new HashMap<>();
    private final Set<String> large = new LinkedHashSet<>();
    private int open;

    /** @param registry for the counts of open, refused and displaced connections */
    public ConnectionLimit(int max, ClientAddress addresses, MeterRegistry registry) {
        this.max = max;
        this.share = Math.max(1, max / SHARES);
        this.addresses = addresses;
        Gauge.builder("sentinel.connections", this, ConnectionLimit::open)
                .description("Open client connections.")
                .register(registry);
        refused = Counter.builder("sentinel.connections.refused")
                .description("Connections closed at once because of MAX_CONNECTIONS.")
                .register(registry);
        displaced = Counter.builder("sentinel.connections.displaced")
                .description("Connections closed because their address held too many and another one needed a place.")
                .register(registry);
    }

    private synchronized int open() {
        return open;
    }

    /** Counts a new connection until it closes, or closes it at once if there are too many. */
    void opened(HttpConnection connection) {
        String address = addresses.directPeer(connection);
        boolean accepted;
        @Nullable HttpConnection oldest = null;
        synchronized (this) {
            if (open >= max) {
                oldest = displace(address);
            }
            accepted = open < max;
            if (accepted) {
                add(address, connection);
            }
        }
        if (oldest != null) {
            displaced.increment();
            Abort.now(oldest);
        }
        if (accepted) {
            connection.closeHandler(closed -> remove(address, connection));
        } else {
            refused.increment();
            connection.close();
        }
    }

    /** Removes the oldest connection of an address with more than its share; null if there is none. */
    private @Nullable HttpConnection displace(@Nullable String newcomer) {
        if (large.isEmpty() || of(newcomer).size() >= share) {
            return null;
        }
        String address = large.iterator().next();
        HttpConnection oldest = of(address).iterator().next();
        remove(address, oldest);
        return oldest;
    }

    private void add(@Nullable String address, HttpConnection connection) {
        open++;
        if (address != null) {
            byAddress.computeIfAbsent(address, first -> new LinkedHashSet<>()).add(connection);
            updateLarge(address);
        }
    }

    /** Does nothing for a connection that was displaced. */
    private synchronized void remove(@Nullable String address, HttpConnection connection) {
        if (address == null) {
            open--;
            return;
        }
        Set<HttpConnection> connections = of(address);
        if (connections.contains(connection)) {
            connections.remove(connection);
            open--;
            updateLarge(address);
            if (connections.isEmpty()) {
                byAddress.remove(address);
            }
        }
    }

    private Set<HttpConnection> of(@Nullable String address) {
        return address == null ? Set.of() : byAddress.getOrDefault(address, Set.of());
    }

    private void updateLarge(String address) {
        if (of(address).size() > share) {
            large.add(address);
        } else {
            large.remove(address);
        }
    }
}
