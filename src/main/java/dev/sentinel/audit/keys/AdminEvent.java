package dev.sentinel.audit.keys;

import dev.sentinel.audit.event.EventDraft;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Builds audit events for administrative actions. Their agent is {@link #AGENT}. */
public final class AdminEvent {
    /** Reserved for these events: no client may send events for it. */
    public static final String AGENT = "sentinel";

    private AdminEvent() {}

    /**
     * An action that succeeded, in a trace of its own.
     *
     * @param what the action, such as {@code keys.create}; becomes the resource
     * @param details strings, and lists and maps of them; become the metadata
     */
    public static AdminAct of(ActorType actor, String what, Instant when, Map<String, ?> details) {
        UUID id = UUID.randomUUID();
        return of(id, id, actor, what, EventStatus.SUCCESS, when, details);
    }

    /** One step of a longer operation, whose steps share a trace. */
    public static AdminAct ofTrace(
            UUID trace, ActorType actor, String what, EventStatus status, Instant when, Map<String, ?> details) {
        return of(UUID.randomUUID(), trace, actor, what, status, when, details);
    }

    /** What a person did to a key through a running server. */
    public static AdminAct byPerson(String what, Instant when, Map<String, ?> details) {
        return of(ActorType.HUMAN, what, when, details);
    }

    /** What an act says of a key, as a modifiable map. Never its secret. */
    public static Map<String, String> details(ApiKey key) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("key_id", key.id());
        details.put("name", key.name());
        details.put("scopes", scopesText(key));
        details.put("agent_prefix", key.agentPrefix());
        details.put("expires", key.expires() == null ? "never" : key.expires().toString());
        return details;
    }

    private static String scopesText(ApiKey key) {
        return key.scopes().stream().map(Scope::wireName).sorted().collect(Collectors.joining(","));
    }

    private static AdminAct of(
            UUID id,
            UUID trace,
            ActorType actor,
            String what,
            EventStatus status,
            Instant when,
            Map<String, ?> details) {
        EventDraft event = new EventDraft()
                .eventId(id.toString())
                .timestamp(Timestamps.format(when))
                .agentInstanceId(AGENT)
                .traceId(trace.toString())
                .actor(actor.wireName())
                .actionType(ActionType.API_CALL.wireName())
                .resource(what)
                .status(status.wireName())
                .metadata(new TreeMap<>(details));
        return new AdminAct(id.toString(), event.toJson());
    }
}
