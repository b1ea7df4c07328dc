package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one event, each at most once, and remembers the first thing that is wrong with each. One event,
 * one use.
 */
final class EventBuilder {
    private static final int MAX_ID = 255;
    private static final int MAX_RESOURCE = 1024;

    /** Field names in the order of the contract, in which errors are reported. */
    private static final List<String> FIELDS = List.of(
            EventJson.EVENT_ID,
            EventJson.TIMESTAMP,
            EventJson.AGENT_INSTANCE_ID,
            EventJson.TRACE_ID,
            EventJson.ACTOR,
            EventJson.ACTION_TYPE,
            EventJson.RESOURCE,
            EventJson.STATUS,
            EventJson.LATENCY_MS,
            EventJson.METADATA);

    private static final String ACTORS = "must be one of "
            + Arrays.stream(ActorType.values()).map(ActorType::wireName).collect(Collectors.joining(", "));
    private static final String ACTIONS = "must be one of "
            + Arrays.stream(ActionType.values()).map(ActionType::wireName).collect(Collectors.joining(", "));
    private static final String STATUSES = "must be one of "
            + Arrays.stream(EventStatus.values()).map(EventStatus::wireName).collect(Collectors.joining(", "));

    private final JsonFactory json;
    private final JsonParser in;
    private final @Nullable FieldError[] errors = new @Nullable FieldError[FIELDS.size()];
    private int seen;
    private boolean faulty;

    private @Nullable UUID eventId;
    private @Nullable Instant timestamp;
    private @Nullable String agentInstanceId;
    private @Nullable String traceId;
    private @Nullable ActorType actor;
    private @Nullable ActionType actionType;
    private @Nullable String resource;
    private @Nullable EventStatus status;
    private @Nullable Integer latencyMs;
    private String metadata = "{}";

    EventBuilder(JsonFactory json, JsonParser in) {
        this.json = json;
        this.in = in;
    }

    /** Reads the value at which the parser stands; leaves the parser at its end. */
    DecodedEvent read() throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return new DecodedEvent.Invalid(null, List.of(new FieldError("", "must be a JSON object")));
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            int field = FIELDS.indexOf(in.currentName());
            in.nextToken();
            if (field < 0) {
                in.skipChildren();
            } else if ((seen & 1 << field) != 0) {
                in.skipChildren();
                error(field, "is given twice");
            } else {
                seen |= 1 << field;
                read(field);
            }
        }
        requireAll();
        return faulty ? invalid() : valid();
    }

    private void read(int field) throws IOException {
        switch (FIELDS.get(field)) {
            case EventJson.EVENT_ID -> eventId = readId(field);
            case EventJson.TIMESTAMP -> timestamp = readTimestamp(field);
            case EventJson.AGENT_INSTANCE_ID -> agentInstanceId = readText(field, MAX_ID);
            case EventJson.TRACE_ID -> traceId = readText(field, MAX_ID);
            case EventJson.ACTOR -> actor = known(field, ActorType.ofWireName(readWireName()), ACTORS);
            case EventJson.ACTION_TYPE -> actionType = known(field, ActionType.ofWireName(readWireName()), ACTIONS);
            case EventJson.RESOURCE -> resource = readText(field, MAX_RESOURCE);
            case EventJson.STATUS -> status = known(field, EventStatus.ofWireName(readWireName()), STATUSES);
            case EventJson.LATENCY_MS -> latencyMs = readLatency(field);
            case EventJson.METADATA -> metadata = readMetadata(field);
            default -> throw new IllegalStateException("no field: " + field);
        }
    }

    private @Nullable UUID readId(int field) throws IOException {
        UUID id = in.currentToken() == JsonToken.VALUE_STRING ? Uuids.parse(in.getText()) : null;
        in.skipChildren();
        return known(field, id, "must be a UUID such as 0b3d2f6e-8a51-4c8e-9d1f-2b7a6c5e4d3f");
    }

    private @Nullable Instant readTimestamp(int field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Instant time = in.currentToken() == JsonToken.VALUE_STRING ? Timestamps.parse(in.getText()) : null;
        in.skipChildren();
        return known(field, time, "must be an RFC 3339 time such as 2026-11-02T08:05:13.886Z");
    }

    private @Nullable String readText(int field, int max) throws IOException {
        String text = in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : null;
        in.skipChildren();
        if (text == null || !Texts.fits(text, max)) {
            error(field, "must be a string of 1 to " + max + " characters");
            return null;
        }
        String fault = Texts.fault(text);
        if (fault != null) {
            error(field, fault);
            return null;
        }
        return text;
    }

    /** No wire name is empty. */
    private String readWireName() throws IOException {
        String name = in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : "";
        in.skipChildren();
        return name;
    }

    private @Nullable Integer readLatency(int field) throws IOException {
        JsonToken token = in.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        // Eleven characters hold every number that may pass, and keep huge ones from being computed.
        if (token == JsonToken.VALUE_NUMBER_INT && in.getTextLength() <= 11) {
            long value = in.getLongValue();
            if (value >= 0 && value <= Integer.MAX_VALUE) {
                return (int) value;
            }
        }
        in.skipChildren();
        error(field, "must be an integer from 0 to 2147483647, or null");
        return null;
    }

    private String readMetadata(int field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return "{}";
        }
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            error(field, "must be a JSON object, or null");
            return "{}";
        }
        MetadataReader reader = new MetadataReader(in);
        String text = reader.read(json);
        if (text == null) {
            faulty = true;
            errors[field] = relative(reader.fault());
            return "{}";
        }
        return text;
    }

    /** In an array the parser's pointers begin with the event's index. */
    private FieldError relative(FieldError fault) {
        int start = fault.pointer().indexOf("/" + EventJson.METADATA);
        return new FieldError(fault.pointer().substring(start), fault.detail());
    }

    private <T> @Nullable T known(int field, @Nullable T value, String otherwise) {
        if (value == null) {
            error(field, otherwise);
        }
        return value;
    }

    private void requireAll() {
        require(EventJson.EVENT_ID);
        require(EventJson.AGENT_INSTANCE_ID);
        require(EventJson.TRACE_ID);
        require(EventJson.ACTOR);
        require(EventJson.ACTION_TYPE);
        require(EventJson.RESOURCE);
        require(EventJson.STATUS);
    }

    private void require(String name) {
        int field = FIELDS.indexOf(name);
        if ((seen & 1 << field) == 0) {
            error(field, "is required");
        }
    }

    private void error(int field, String detail) {
        faulty = true;
        if (errors[field] == null) {
            errors[field] = new FieldError("/" + FIELDS.get(field), detail);
        }
    }

    private DecodedEvent invalid() {
        List<FieldError> found = new ArrayList<>();
        for (FieldError error : errors) {
            if (error != null) {
                found.add(error);
            }
        }
        return new DecodedEvent.Invalid(eventId == null ? null : eventId.toString(), List.copyOf(found));
    }

    private DecodedEvent valid() {
        return new DecodedEvent.Valid(new AuditEvent(
                eventId,
                timestamp,
                agentInstanceId,
                traceId,
                actor,
                actionType,
                resource,
                status,
                latencyMs,
                metadata));
    }
}
