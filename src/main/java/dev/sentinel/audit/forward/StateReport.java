package dev.sentinel.audit.forward;

import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes known what state the deliveries to one destination are in: in the store, in the server's log, as an event. */
final class StateReport {
    private static final Logger LOG = LoggerFactory.getLogger(StateReport.class);

    private final ForwardParts parts;
    private final StoredDestination row;

    // Volatile: metrics and requests read them.
    private volatile DestinationState state;
    private volatile @Nullable String error;

    StateReport(ForwardParts parts, StoredDestination row) {
        this.parts = parts;
        this.row = row;
        this.state = row.state();
        this.error = row.error();
    }

    /** Any thread. */
    DestinationState state() {
        return state;
    }

    /** Any thread. */
    @Nullable
    String error() {
        return error;
    }

    /** Does nothing if nothing has changed. */
    Future<Void> update(Trouble trouble) {
        return set(trouble.state(), trouble.error());
    }

    /** The cursor is beyond the log. */
    Future<Void> reset(long end) {
        return set(DestinationState.RESET, row.beyond(end));
    }

    private Future<Void> set(DestinationState now, @Nullable String why) {
        DestinationState before = state;
        if (now == before && Objects.equals(why, error)) {
            return Future.succeededFuture();
        }
        return parts.store()
                .report(row.id(), row.fence(), row.revision(), now, why)
                .map(isCurrent -> {
                    state = now;
                    error = why;
                    // Otherwise an administrator has decided, and the next look shows what.
                    if (isCurrent && now != before) {
                        announce(now, why);
                    }
                    return null;
                });
    }

    private void announce(DestinationState now, @Nullable String why) {
        if (now == DestinationState.RUNNING) {
            LOG.info("destination delivers again destination={}", row.id());
            parts.acts().server("recovered", true, Map.of("destination", row.id()));
            return;
        }
        announce(parts, row.id(), now, String.valueOf(why));
    }

    /** Says that a destination that nobody delivers to is held, because its cursor is beyond the log. */
    static void announceHeld(ForwardParts parts, String id, String reason) {
        announce(parts, id, DestinationState.RESET, reason);
    }

    private static void announce(ForwardParts parts, String id, DestinationState now, String reason) {
        LOG.warn("destination {} destination={} reason=\"{}\"", now.wireName(), id, reason);
        parts.acts().server(now.wireName(), false, Map.of("destination", id, "reason", reason));
    }
}
