package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.model.EventJson;
import org.jspecify.annotations.Nullable;

/** A member of an event that is free text. */
public enum TextMember {
    AGENT(EventJson.AGENT_INSTANCE_ID),
    TRACE(EventJson.TRACE_ID),
    SESSION(EventJson.SESSION_ID),
    ON_BEHALF_OF(EventJson.ON_BEHALF_OF),
    RESOURCE(EventJson.RESOURCE),
    SPAN(EventJson.SPAN_ID),
    PARENT_SPAN(EventJson.PARENT_SPAN_ID),
    SUBMITTED_BY(EventJson.SUBMITTED_BY);

    private final String wireName;

    TextMember(String wireName) {
        this.wireName = wireName;
    }

    /** The name in JSON, which is that of the column in both databases. */
    public String wireName() {
        return wireName;
    }

    /** The value in this event; null if the event lacks it. */
    @Nullable
    String of(AuditEvent event) {
        return switch (this) {
            case AGENT -> event.agentInstanceId();
            case TRACE -> event.traceId();
            case SESSION -> event.links().sessionId();
            case ON_BEHALF_OF -> event.links().onBehalfOf();
            case RESOURCE -> event.resource();
            case SPAN -> event.links().spanId();
            case PARENT_SPAN -> event.links().parentSpanId();
            case SUBMITTED_BY -> event.submittedBy();
        };
    }
}
