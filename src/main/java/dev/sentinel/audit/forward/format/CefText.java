package dev.sentinel.audit.forward.format;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import org.jspecify.annotations.Nullable;

/** An event in the Common Event Format of ArcSight (version 25 of its guide), which old receivers of syslog read. */
public final class CefText {
    private CefText() {}

    /** One line without a line feed at its end. */
    public static String of(StoredEvent event) {
        AuditEvent sent = event.event();
        String type = sent.actionType().wireName();
        StringBuilder text = new StringBuilder(512)
                .append("CEF:0|Sentinel|Sentinel|1|")
                .append(type)
                .append('|')
                .append(type)
                .append(' ')
                .append(sent.status().wireName())
                .append('|')
                .append(severity(sent.status()))
                .append('|');
        text.append("rt=").append(event.timestamp().toEpochMilli());
        add(text, "externalId", sent.eventId().toString());
        add(text, "act", type);
        add(text, "outcome", sent.status().wireName());
        add(text, "suser", sent.links().onBehalfOf());
        custom(text, "cn1", EventJson.SEQ, Long.toString(event.seq()));
        custom(text, "cn2", EventJson.LATENCY_MS, sent.latencyMs() == null ? null : sent.latencyMs() + "");
        custom(text, "cs1", EventJson.AGENT_INSTANCE_ID, sent.agentInstanceId());
        custom(text, "cs2", EventJson.TRACE_ID, sent.traceId());
        custom(text, "cs3", EventJson.RESOURCE, sent.resource());
        custom(text, "cs4", EventJson.SESSION_ID, sent.links().sessionId());
        custom(text, "cs5", EventJson.METADATA, sent.metadata());
        custom(text, "cs6", EventJson.ACTOR, sent.actor().wireName());
        return text.toString();
    }

    /** From 0 to 10. */
    private static int severity(EventStatus status) {
        return switch (status) {
            case SUCCESS, PENDING -> 2;
            case ERROR -> 5;
            case DENIED -> 6;
        };
    }

    private static void custom(StringBuilder text, String key, String label, @Nullable String value) {
        if (value != null) {
            add(text, key + "Label", label);
            add(text, key, value);
        }
    }

    private static void add(StringBuilder text, String key, @Nullable String value) {
        if (value == null) {
            return;
        }
        text.append(' ').append(key).append('=');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\', '=' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                default -> text.append(Character.isISOControl(c) ? ' ' : c);
            }
        }
    }
}
