package dev.sentinel.audit.cli.demo;

import dev.sentinel.audit.client.EventBuilder;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A synthetic event.
 *
 * @param latencyMs null for an event without a duration
 * @param metadata texts and numbers by name
 */
public record DemoEvent(
        UUID id,
        Instant at,
        String agent,
        String trace,
        ActorType actor,
        ActionType action,
        String resource,
        EventStatus status,
        @Nullable Integer latencyMs,
        Map<String, Object> metadata) {
    public DemoEvent {
        metadata = Map.copyOf(metadata);
    }

    /** Copies all values to the builder. */
    public void describeTo(EventBuilder event) {
        event.eventId(id)
                .timestamp(at)
                .agentInstanceId(agent)
                .traceId(trace)
                .actor(actor)
                .action(action, resource)
                .status(status)
                .metadata(metadata);
        if (latencyMs != null) {
            event.latencyMs(latencyMs);
        }
    }
}
