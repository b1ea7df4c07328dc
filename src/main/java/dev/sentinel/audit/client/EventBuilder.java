package dev.sentinel.audit.client;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of one event. An action must be given, by one of the methods that are named for it; everything
 * else has a default. Good only within the call of {@link AuditClient#record} that it is made for, and on its thread;
 * values of metadata are read before that call returns.
 *
 * <p>No method throws for a value that the server would refuse: such an event is counted and reported as rejected.
 */
public final class EventBuilder {
    private static final int FEW = 8;

    @Nullable
    UUID eventId;

    @Nullable
    Instant timestamp;

    @Nullable
    String agentInstanceId;

    @Nullable
    String traceId;

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

    EventBuilder() {}

    /** An id that the agent has made itself; by default a new one. The same id must mean the same event. */
    public EventBuilder eventId(UUID id) {
        this.eventId = id;
        return this;
    }

    /** When it happened; by default now. */
    public EventBuilder timestamp(Instant time) {
        this.timestamp = time;
        return this;
    }

    /** Who acted, 1 to 255 characters; by default that of the scope ({@link AuditClient#trace}) or the client. */
    public EventBuilder agentInstanceId(String id) {
        this.agentInstanceId = id;
        return this;
    }

    /**
     * The run that it belongs to, 1 to 255 characters; by default that of the scope ({@link AuditClient#trace}), of the
     * current span of OpenTelemetry, or one that the client has made for all that have no other.
     */
    public EventBuilder traceId(String id) {
        this.traceId = id;
        return this;
    }

    /** What kind of being acted; by default an agent. */
    public EventBuilder actor(ActorType type) {
        this.actor = type;
        return this;
    }

    /**
     * What was done.
     *
     * @param on what it was done to, 1 to 1,024 characters
     */
    public EventBuilder action(ActionType type, String on) {
        this.actionType = type;
        this.resource = on;
        return this;
    }

    /** A tool was called. */
    public EventBuilder toolCall(String tool) {
        return action(ActionType.TOOL_CALL, tool);
    }

    /** A request was sent. */
    public EventBuilder httpRequest(String url) {
        return action(ActionType.HTTP_REQUEST, url);
    }

    /** A database was asked. */
    public EventBuilder dbQuery(String query) {
        return action(ActionType.DB_QUERY, query);
    }

    /** A file was read. */
    public EventBuilder fileRead(String path) {
        return action(ActionType.FILE_READ, path);
    }

    /** A file was written. */
    public EventBuilder fileWrite(String path) {
        return action(ActionType.FILE_WRITE, path);
    }

    /** An interface was called. */
    public EventBuilder apiCall(String operation) {
        return action(ActionType.API_CALL, operation);
    }

    /** A policy was asked. */
    public EventBuilder policyCheck(String policy) {
        return action(ActionType.POLICY_CHECK, policy);
    }

    /** How it ended; by default well. */
    public EventBuilder status(EventStatus newStatus) {
        this.status = newStatus;
        return this;
    }

    /** It failed. */
    public EventBuilder error() {
        return status(EventStatus.ERROR);
    }

    /** It was not allowed. */
    public EventBuilder denied() {
        return status(EventStatus.DENIED);
    }

    /** It has not ended. */
    public EventBuilder pending() {
        return status(EventStatus.PENDING);
    }

    /** How long it took; what is negative counts as nothing, what is longer than 24 days as 24 days. */
    public EventBuilder latency(Duration time) {
        return latencyMs(time.toSeconds() > Integer.MAX_VALUE ? Integer.MAX_VALUE : time.toMillis());
    }

    /** The same in milliseconds. */
    public EventBuilder latencyMs(long millis) {
        this.latencyMs = Math.min(Math.max(0, millis), Integer.MAX_VALUE);
        return this;
    }

    /**
     * One more thing to know about it. Maps become objects, collections and arrays become arrays, numbers, truth values
     * and null stay what they are, and everything else is its text. The same name again replaces the value.
     */
    public EventBuilder metadata(String name, @Nullable Object value) {
        Objects.requireNonNull(name, "the name of a member of metadata");
        int at = 0;
        while (at < members && !keys[at].equals(name)) {
            at++;
        }
        if (at == keys.length) {
            keys = Arrays.copyOf(keys, 2 * at);
            values = Arrays.copyOf(values, 2 * at);
        }
        keys[at] = name;
        values[at] = value;
        members = Math.max(members, at + 1);
        return this;
    }

    /** All of these. */
    public EventBuilder metadata(Map<String, ?> more) {
        more.forEach(this::metadata);
        return this;
    }
}
