package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.Timestamps;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The part of an event that the index stores. Events wait for the index in this form: the rest of an event is many
 * times larger, and it is in the log.
 *
 * @param ts the effective time in microseconds since the epoch
 * @param kind see {@link Kinds}
 * @param latencyMs {@link #NO_LATENCY} if unknown
 */
record IndexEntry(
        long seq,
        UUID eventId,
        String agentInstanceId,
        String traceId,
        @Nullable String sessionId,
        @Nullable String onBehalfOf,
        String resource,
        long ts,
        int kind,
        int latencyMs) {
    static final int NO_LATENCY = -1;

    static IndexEntry of(StoredEvent stored) {
        return of(stored, text -> text);
    }

    /** @param shared returns one instance for equal texts, which repeat from event to event */
    static IndexEntry of(StoredEvent stored, UnaryOperator<String> shared) {
        AuditEvent event = stored.event();
        return new IndexEntry(
                stored.seq(),
                event.eventId(),
                shared.apply(event.agentInstanceId()),
                event.traceId(),
                event.links().sessionId(),
                event.links().onBehalfOf(),
                shared.apply(event.resource()),
                Timestamps.toMicros(stored.effectiveTime()),
                Kinds.of(event),
                event.latencyMs() == null ? NO_LATENCY : event.latencyMs());
    }

    /** Roughly how many bytes of heap the entry holds; an overestimate where texts are shared. */
    int weight() {
        return 200
                + 2 * (agentInstanceId.length() + traceId.length() + resource.length())
                + 2 * (length(sessionId) + length(onBehalfOf));
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
