package dev.sentinel.audit.event;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One action of an agent, a human or a system, as the client sent it except for redacted secrets. Immutable. Created by
 * {@link EventReader}, which enforces the limits of the wire contract and redacts. Other code makes one with a
 * {@link #builder}, or a changed copy with {@link #toBuilder}.
 *
 * @param eventId the id that the client chose; the same id means the same event, however often it is sent
 * @param timestamp when it happened, by the client's clock, to the microsecond; null if the client sent none
 * @param agentInstanceId 1 to 255 characters (Unicode code points)
 * @param traceId 1 to 255 characters
 * @param resource the target of the action, 1 to 1,024 characters
 * @param latencyMs milliseconds, 0 to 2^31-1; null if unknown
 * @param metadata a minified JSON object with member order and number spelling as sent; at most 64 KiB of UTF-8
 * @param links what connects it with other events
 * @param redacted what was redacted, as the JSON object that clients receive ({@link Redactions}); null if nothing was
 * @param submittedBy the id of the client's API key; null if it sent none
 */
public record AuditEvent(
        UUID eventId,
        @Nullable Instant timestamp,
        String agentInstanceId,
        String traceId,
        ActorType actor,
        ActionType actionType,
        String resource,
        EventStatus status,
        @Nullable Integer latencyMs,
        String metadata,
        Links links,
        @Nullable String redacted,
        @Nullable String submittedBy) {

    /** Starts an event that has nothing but empty metadata. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a copy of this event. */
    public Builder toBuilder() {
        return new Builder()
                .eventId(eventId)
                .timestamp(timestamp)
                .agentInstanceId(agentInstanceId)
                .traceId(traceId)
                .actor(actor)
                .actionType(actionType)
                .resource(resource)
                .status(status)
                .latencyMs(latencyMs)
                .metadata(metadata)
                .links(links)
                .redacted(redacted)
                .submittedBy(submittedBy);
    }

    /** The approximate heap size in bytes, as counted by the bounds on queued bytes. */
    public int weight() {
        return 200
                + 2 * (agentInstanceId.length() + traceId.length() + resource.length() + metadata.length())
                + 2 * links.length()
                + (redacted == null ? 0 : redacted.length());
    }

    /**
     * Collects the members of an event; {@link AuditEvent} says what each may be. A required member may be null for as
     * long as it is not known: only {@link #build} needs it. One thread.
     */
    public static final class Builder {
        private static final String EMPTY_OBJECT = "{}";

        private @Nullable UUID eventId;
        private @Nullable Instant timestamp;
        private @Nullable String agentInstanceId;
        private @Nullable String traceId;
        private @Nullable ActorType actor;
        private @Nullable ActionType actionType;
        private @Nullable String resource;
        private @Nullable EventStatus status;
        private @Nullable Integer latencyMs;
        private @Nullable String metadata;
        private @Nullable String spanId;
        private @Nullable String parentSpanId;
        private @Nullable String sessionId;
        private @Nullable String onBehalfOf;
        private @Nullable String redacted;
        private @Nullable String submittedBy;

        Builder() {
            clear();
        }

        public Builder eventId(@Nullable UUID value) {
            eventId = value;
            return this;
        }

        public Builder timestamp(@Nullable Instant value) {
            timestamp = value;
            return this;
        }

        public Builder agentInstanceId(@Nullable String value) {
            agentInstanceId = value;
            return this;
        }

        public Builder traceId(@Nullable String value) {
            traceId = value;
            return this;
        }

        public Builder actor(@Nullable ActorType value) {
            actor = value;
            return this;
        }

        public Builder actionType(@Nullable ActionType value) {
            actionType = value;
            return this;
        }

        public Builder resource(@Nullable String value) {
            resource = value;
            return this;
        }

        public Builder status(@Nullable EventStatus value) {
            status = value;
            return this;
        }

        public Builder latencyMs(@Nullable Integer value) {
            latencyMs = value;
            return this;
        }

        public Builder metadata(@Nullable String value) {
            metadata = value;
            return this;
        }

        public Builder spanId(@Nullable String value) {
            spanId = value;
            return this;
        }

        public Builder parentSpanId(@Nullable String value) {
            parentSpanId = value;
            return this;
        }

        public Builder sessionId(@Nullable String value) {
            sessionId = value;
            return this;
        }

        public Builder onBehalfOf(@Nullable String value) {
            onBehalfOf = value;
            return this;
        }

        /** Sets the four members before. */
        public Builder links(Links value) {
            return spanId(value.spanId())
                    .parentSpanId(value.parentSpanId())
                    .sessionId(value.sessionId())
                    .onBehalfOf(value.onBehalfOf());
        }

        public Builder redacted(@Nullable String value) {
            redacted = value;
            return this;
        }

        public Builder submittedBy(@Nullable String value) {
            submittedBy = value;
            return this;
        }

        /** Forgets every member, so that a decoder needs one builder for all its events. */
        void clear() {
            eventId = null;
            timestamp = null;
            agentInstanceId = null;
            traceId = null;
            actor = null;
            actionType = null;
            resource = null;
            status = null;
            latencyMs = null;
            metadata = EMPTY_OBJECT;
            links(Links.NONE);
            redacted = null;
            submittedBy = null;
        }

        /** Builds the event. Throws {@link NullPointerException} if a required member is missing. */
        public AuditEvent build() {
            return new AuditEvent(
                    Objects.requireNonNull(eventId, "eventId"),
                    timestamp,
                    Objects.requireNonNull(agentInstanceId, "agentInstanceId"),
                    Objects.requireNonNull(traceId, "traceId"),
                    Objects.requireNonNull(actor, "actor"),
                    Objects.requireNonNull(actionType, "actionType"),
                    Objects.requireNonNull(resource, "resource"),
                    Objects.requireNonNull(status, "status"),
                    latencyMs,
                    Objects.requireNonNull(metadata, "metadata"),
                    links(),
                    redacted,
                    submittedBy);
        }

        private Links links() {
            return spanId == null && parentSpanId == null && sessionId == null && onBehalfOf == null
                    ? Links.NONE
                    : new Links(spanId, parentSpanId, sessionId, onBehalfOf);
        }
    }
}
