package dev.sentinel.audit.query;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Creates events for tests: each call returns one with a new id, equal in every run. */
final class Events {
    private static final Instant START = Instant.parse("2026-03-14T09:26:53Z");

    private int made;

    AuditEvent any() {
        return of("airline-support-000", "conversation-000", made);
    }

    AuditEvent of(String agent, String trace, long millis) {
        return of(agent, trace, millis, EventStatus.SUCCESS);
    }

    AuditEvent of(String agent, String trace, long millis, EventStatus status) {
        return make(
                agent, trace, START.plusMillis(millis), "get_user_details", status, "{\"user_id\":\"mia_li_3668\"}");
    }

    AuditEvent withMetadata(String metadata) {
        return make(
                "airline-support-000", "conversation-000", START, "get_user_details", EventStatus.SUCCESS, metadata);
    }

    AuditEvent withoutTimestamp() {
        return make("airline-support-000", "conversation-000", null, "get_user_details", EventStatus.PENDING, "{}");
    }

    private AuditEvent make(
            String agent,
            String trace,
            @Nullable Instant timestamp,
            String resource,
            EventStatus status,
            String metadata) {
        made++;
        return AuditEvent.builder()
                .eventId(new UUID(0x5f0c6a528f3b4a65L, 0x9f0e000000000000L + made))
                .timestamp(timestamp)
                .agentInstanceId(agent)
                .traceId(trace)
                .actor(made % 3 == 0 ? ActorType.SYSTEM : ActorType.AGENT)
                .actionType(made % 2 == 0 ? ActionType.TOOL_CALL : ActionType.DB_QUERY)
                .resource(resource)
                .status(status)
                .latencyMs(made % 4 == 0 ? null : made)
                .metadata(metadata)
                .build();
    }
}
