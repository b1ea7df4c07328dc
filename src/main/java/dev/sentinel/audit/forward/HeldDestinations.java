package dev.sentinel.audit.forward;

import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.StoredDestination;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows the meters of destinations that are held, so that one that was paused and forgotten is seen. No server owns
 * them, so each one shows them. One event loop.
 */
final class HeldDestinations {
    private final ForwardParts parts;
    private final Map<String, Held> held = new HashMap<>();

    HeldDestinations(ForwardParts parts) {
        this.parts = parts;
    }

    /**
     * Shows those that are held, and no others.
     *
     * @param running whose meters a forwarder has
     */
    void follow(List<StoredDestination> rows, Forwarding running) {
        Set<String> seen = new HashSet<>();
        for (StoredDestination row : rows) {
            if (row.replay() == null && row.state().isHeld() && !running.has(row.id())) {
                seen.add(row.id());
                held.computeIfAbsent(row.id(), id -> new Held(parts, row)).follow(row);
            }
        }
        Set.copyOf(held.keySet()).stream().filter(id -> !seen.contains(id)).forEach(this::leave);
    }

    /** Its meters are somebody else's from now on. */
    void leave(String id) {
        Held one = held.remove(id);
        if (one != null) {
            one.meters.close();
        }
    }

    void close() {
        Set.copyOf(held.keySet()).forEach(this::leave);
    }

    private static final class Held implements ForwardMeters.Levels {
        private final ForwardParts parts;
        private final ForwardMeters meters;

        // Volatile: metrics read them.
        private volatile StoredDestination row;
        private volatile @Nullable Instant oldest;

        Held(ForwardParts parts, StoredDestination row) {
            this.parts = parts;
            this.row = row;
            this.meters = new ForwardMeters(parts.registry(), row.id(), this);
        }

        void follow(StoredDestination now) {
            if (now.next() != row.next()) {
                oldest = null;
            }
            row = now;
            if (oldest == null && lagEvents() > 0) {
                // If the log cannot be read now, the next look tries again.
                parts.log().read(Math.max(0, now.next()), 1).onSuccess(found -> {
                    if (!found.isEmpty() && row.next() == now.next()) {
                        oldest = found.get(0).receivedAt();
                    }
                });
            }
        }

        @Override
        public long lagEvents() {
            return Math.max(0, parts.log().end() - Math.max(0, row.next()));
        }

        @Override
        public double lagSeconds() {
            return ForwardMeters.seconds(oldest, parts.clock());
        }

        @Override
        public DestinationState state() {
            return row.state();
        }
    }
}
