package dev.sentinel.audit.client;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Describes one event. An action is required; everything else has a default. Use only within the call of
 * {@link AuditClient#record} that created it, on the same thread. Values of metadata are read before that call returns.
 *
 * <p>No method throws for a value that the server would refuse. The SDK shortens it or replaces it by text, and says so
 * in the metadata. An event without an agent, an action or a resource, or with a secret in an identifier, is counted
 * and reported as rejected.
 */
public final class EventBuilder {
    private static final int FEW = 8;

    /** More members than an event can hold. */
    private static final int MAX_MEMBERS = 100_000;

    @Nullable
    UUID eventId;

    @Nullable
    Instant timestamp;

    @Nullable
    String agentInstanceId;

    @Nullable
    String traceId;

    @Nullable
    String spanId;

    @Nullable
    String parentSpanId;

    @Nullable
    String sessionId;

    @Nullable
    String onBehalfOf;

    ActorType actor = ActorType.AGENT;

    @Nullable
    ActionType actionType;

    @Nullable
    String resource;

    EventStatus status = EventStatus.SUCCESS;

    /** Negative if unknown. */
    long latencyMs = -1;

    String[] keys = new String[FEW];

    @Nullable
    Object[] values = new Object[FEW];

    int members;

    /** The positions of many members by name. */
    private @Nullable Map<String, Integer> index;

    /** The last map that was added, to recognize it within itself. */
    @Nullable
    Object source;

    /** Whether members were left out, because an event cannot hold so many. */
    boolean isIncomplete;

    EventBuilder() {}

    /** The event's id; by default a new one. The same id must mean the same event. */
    public EventBuilder eventId(UUID id) {
        this.eventId = id;
        return this;
    }

    /** When the action happened; by default now. */
    public EventBuilder timestamp(Instant time) {
        this.timestamp = time;
        return this;
    }

    /**
     * The acting agent, 1 to 255 characters; by default that of the scope ({@link AuditClient#trace}) or the client. A
     * longer one is cut and ends with {@code ~} and 16 digits of its SHA-256, so that different ones stay different.
     */
    public EventBuilder agentInstanceId(String id) {
        this.agentInstanceId = id;
        return this;
    }

    /**
     * The trace that the event belongs to, 1 to 255 characters; by default that of the scope
     * ({@link AuditClient#trace}), of the current OpenTelemetry span, or else the trace that the client uses for all
     * other events. A longer one is cut as that of an agent is.
     */
    public EventBuilder traceId(String id) {
        this.traceId = id == null || id.isEmpty() ? null : id;
        return this;
    }

    /**
     * The step of the trace that the event is, 1 to 64 letters, digits or {@code ._:-}; by default none, but
     * {@link AuditClient#traced} gives its events one. In another text, each other character becomes {@code _}; the
     * text is cut and ends with {@code -} and 16 digits of its SHA-256.
     */
    public EventBuilder spanId(String id) {
        this.spanId = id;
        return this;
    }

    /**
     * The step in which the event happened, as {@link #spanId}; by default the innermost call of
     * {@link AuditClient#traced} or span of OpenTelemetry around it, if that belongs to the same trace. There need not
     * be an event for it.
     */
    public EventBuilder parentSpanId(String id) {
        this.parentSpanId = id;
        return this;
    }

    /**
     * The conversation or run, over several traces, 1 to 255 characters; by default that of the scope or the client. A
     * longer one is cut as that of an agent is.
     */
    public EventBuilder sessionId(String id) {
        this.sessionId = id;
        return this;
    }

    /**
     * The person or service that the agent acts for, 1 to 255 characters, better an id than an e-mail address; by
     * default that of the scope or the client. A longer one is cut as that of an agent is.
     */
    public EventBuilder onBehalfOf(String whom) {
        this.onBehalfOf = whom;
        return this;
    }

    /** The kind of actor; by default an agent. */
    public EventBuilder actor(ActorType type) {
        this.actor = type == null ? ActorType.AGENT : type;
        return this;
    }

    /**
     * The action.
     *
     * @param on the target of the action, 1 to 1,024 characters; a longer text is cut
     */
    public EventBuilder action(ActionType type, String on) {
        this.actionType = type;
        this.resource = on;
        return this;
    }

    /** The action is a tool call. */
    public EventBuilder toolCall(String tool) {
        return action(ActionType.TOOL_CALL, tool);
    }

    /** The action is an HTTP request. */
    public EventBuilder httpRequest(String url) {
        return action(ActionType.HTTP_REQUEST, url);
    }

    /** The action is a database query. */
    public EventBuilder dbQuery(String query) {
        return action(ActionType.DB_QUERY, query);
    }

    /** The action reads a file. */
    public EventBuilder fileRead(String path) {
        return action(ActionType.FILE_READ, path);
    }

    /** The action writes a file. */
    public EventBuilder fileWrite(String path) {
        return action(ActionType.FILE_WRITE, path);
    }

    /** The action is an API call. */
    public EventBuilder apiCall(String operation) {
        return action(ActionType.API_CALL, operation);
    }

    /** The action is a policy check. */
    public EventBuilder policyCheck(String policy) {
        return action(ActionType.POLICY_CHECK, policy);
    }

    /** The outcome of the action; by default success. */
    public EventBuilder status(EventStatus newStatus) {
        this.status = newStatus == null ? EventStatus.SUCCESS : newStatus;
        return this;
    }

    /** The action failed. */
    public EventBuilder error() {
        return status(EventStatus.ERROR);
    }

    /** The action was denied. */
    public EventBuilder denied() {
        return status(EventStatus.DENIED);
    }

    /** The action has not ended yet. */
    public EventBuilder pending() {
        return status(EventStatus.PENDING);
    }

    /** The duration of the action. A negative one counts as zero, and one of more than 24 days as 24 days. */
    public EventBuilder latency(Duration time) {
        if (time == null) {
            return this;
        }
        long seconds = time.toSeconds();
        return latencyMs(seconds > Integer.MAX_VALUE ? Integer.MAX_VALUE : seconds < 0 ? 0 : time.toMillis());
    }

    /** The duration of the action in milliseconds; see {@link #latency}. */
    public EventBuilder latencyMs(long millis) {
        this.latencyMs = Math.min(Math.max(0, millis), Integer.MAX_VALUE);
        return this;
    }

    /**
     * Adds a member to the metadata, replacing one with the same name. Maps become objects; collections and arrays
     * become arrays; numbers, booleans and null stay as they are; an {@code Optional} becomes its value, a constant its
     * name, a {@code byte[]} its UTF-8 text, and any other value its {@code toString}. Iterators are not consumed. A
     * value that contains itself becomes {@code [circular]} there, and one whose text cannot be read its type.
     *
     * <p>Metadata of more than 65,536 bytes of JSON or 32 levels is cut, the longest texts first; the member
     * {@code truncated} then says what was cut. That is done on this thread, which reads at most about a million
     * characters of one event.
     */
    public EventBuilder metadata(String name, @Nullable Object value) {
        String key = String.valueOf(name);
        int at = find(key);
        if (at == MAX_MEMBERS) {
            isIncomplete = true;
            return this;
        }
        if (at == keys.length) {
            keys = Arrays.copyOf(keys, 2 * at);
            values = Arrays.copyOf(values, 2 * at);
        }
        keys[at] = key;
        values[at] = value;
        if (at == members) {
            members++;
            if (index != null) {
                index.put(key, at);
            }
        }
        return this;
    }

    /** The position of a member, or the next free one. */
    private int find(String name) {
        if (members <= 2 * FEW) {
            int at = 0;
            while (at < members && !keys[at].equals(name)) {
                at++;
            }
            return at;
        }
        if (index == null) {
            index = new HashMap<>();
            for (int i = 0; i < members; i++) {
                index.put(keys[i], i);
            }
        }
        return index.getOrDefault(name, members);
    }

    /** Adds all entries to the metadata. An entry that cannot be read ends the map, and the event says so. */
    public EventBuilder metadata(Map<String, ?> more) {
        if (more == null) {
            return this;
        }
        source = more;
        try {
            // Any key: generics do not keep others out of a map.
            Iterator<? extends Map.Entry<?, ?>> entries = more.entrySet().iterator();
            while (entries.hasNext() && !isIncomplete) {
                Map.Entry<?, ?> entry = entries.next();
                metadata(PlainValues.text(entry.getKey()), entry.getValue());
            }
        } catch (Throwable e) {
            isIncomplete = true;
        }
        return this;
    }
}
