package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.redact.Redactor;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one event from a parser and collects an error for each invalid field. Reused for many events; one thread. An
 * event has at most one error per field, so the errors need no bound of their own.
 */
final class EventDecoder {
    static final String GIVEN_TWICE = "is given twice";
    static final String NOT_AN_OBJECT = "must be a JSON object";

    private static final String EVENT_ID_RULE = "must be a UUID in its canonical form of 8-4-4-4-12 hexadecimal digits";
    private static final String TIMESTAMP_RULE =
            "must be an RFC 3339 time of the years 0000 to 9999, such as 2030-01-31T12:00:00.000000Z";
    private static final String LATENCY_RULE = "must be an integer from 0 to 2147483647, or null";
    private static final String METADATA_RULE = "must be a JSON object or null";

    /** Longer than any wire name and any 32-bit integer. A longer text is refused without being copied. */
    private static final int MAX_SHORT_TEXT = 16;

    private static final int REQUIRED_FIELDS = 7;

    /** The fields in the order of the contract, which is also the order of errors. */
    private enum Field {
        EVENT_ID(EventJson.EVENT_ID, true),
        TIMESTAMP(EventJson.TIMESTAMP, false),
        AGENT_INSTANCE_ID(EventJson.AGENT_INSTANCE_ID, true),
        TRACE_ID(EventJson.TRACE_ID, true),
        ACTOR(EventJson.ACTOR, true),
        ACTION_TYPE(EventJson.ACTION_TYPE, true),
        RESOURCE(EventJson.RESOURCE, true),
        STATUS(EventJson.STATUS, true),
        LATENCY_MS(EventJson.LATENCY_MS, false),
        METADATA(EventJson.METADATA, false),
        SPAN_ID(EventJson.SPAN_ID, false),
        PARENT_SPAN_ID(EventJson.PARENT_SPAN_ID, false),
        SESSION_ID(EventJson.SESSION_ID, false),
        ON_BEHALF_OF(EventJson.ON_BEHALF_OF, false);

        final String pointer;
        final boolean required;

        Field(String name, boolean required) {
            this.pointer = "/" + name;
            this.required = required;
        }

        static @Nullable Field of(String name) {
            return switch (name) {
                case EventJson.EVENT_ID -> EVENT_ID;
                case EventJson.TIMESTAMP -> TIMESTAMP;
                case EventJson.AGENT_INSTANCE_ID -> AGENT_INSTANCE_ID;
                case EventJson.TRACE_ID -> TRACE_ID;
                case EventJson.ACTOR -> ACTOR;
                case EventJson.ACTION_TYPE -> ACTION_TYPE;
                case EventJson.RESOURCE -> RESOURCE;
                case EventJson.STATUS -> STATUS;
                case EventJson.LATENCY_MS -> LATENCY_MS;
                case EventJson.METADATA -> METADATA;
                case EventJson.SPAN_ID -> SPAN_ID;
                case EventJson.PARENT_SPAN_ID -> PARENT_SPAN_ID;
                case EventJson.SESSION_ID -> SESSION_ID;
                case EventJson.ON_BEHALF_OF -> ON_BEHALF_OF;
                default -> null;
            };
        }
    }

    private final Redactor redactor;
    private final @Nullable String submittedBy;
    private final Redactions redactions = new Redactions();
    private final MetadataReader metadataReader;
    private final Set<Field> given = EnumSet.noneOf(Field.class);
    private final Map<Field, FieldError> errors = new EnumMap<>(Field.class);
    private final AuditEvent.Builder event = AuditEvent.builder();

    /** The number of required fields that are still missing. */
    private int missing;

    /** Kept beside the builder, because the answer to an event that is not valid names it too. */
    private @Nullable UUID eventId;

    /** @param submittedBy the id of the client's API key, stored in each event; null if it sent none */
    EventDecoder(Redactor redactor, @Nullable String submittedBy) {
        this.redactor = redactor;
        this.submittedBy = submittedBy;
        this.metadataReader = new MetadataReader(redactor, redactions);
    }

    /** Decodes the parser's current value and leaves the parser at its end. */
    DecodedEvent decode(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return new DecodedEvent.Invalid(null, List.of(new FieldError("", NOT_AN_OBJECT)));
        }
        given.clear();
        errors.clear();
        redactions.clear();
        event.clear();
        missing = REQUIRED_FIELDS;
        String name;
        while ((name = parser.nextFieldName()) != null) {
            JsonToken token = parser.nextToken();
            Field field = Field.of(name);
            if (field == null) {
                parser.skipChildren();
            } else if (given.add(field)) {
                missing -= field.required ? 1 : 0;
                read(field, token, parser);
            } else {
                fail(field, GIVEN_TWICE);
                parser.skipChildren();
            }
        }
        return missing == 0 && errors.isEmpty() ? valid() : invalid();
    }

    private void read(Field field, JsonToken token, JsonParser parser) throws IOException {
        switch (field) {
            case EVENT_ID -> eventId = check(field, eventId(token, parser), EVENT_ID_RULE);
            case TIMESTAMP -> event.timestamp(check(field, timestamp(token, parser), TIMESTAMP_RULE));
            case AGENT_INSTANCE_ID -> event.agentInstanceId(identifier(field, token, parser, EventLimits.ID_RULE));
            case TRACE_ID -> event.traceId(identifier(field, token, parser, EventLimits.ID_RULE));
            case ACTOR -> event.actor(check(field, ActorType.ofWireName(shortText(token, parser)), ActorType.RULE));
            case ACTION_TYPE ->
                event.actionType(check(field, ActionType.ofWireName(shortText(token, parser)), ActionType.RULE));
            case RESOURCE ->
                event.resource(
                        resource(text(field, token, parser, EventLimits.MAX_RESOURCE, EventLimits.RESOURCE_RULE)));
            case STATUS ->
                event.status(check(field, EventStatus.ofWireName(shortText(token, parser)), EventStatus.RULE));
            case LATENCY_MS ->
                event.latencyMs(
                        token == JsonToken.VALUE_NULL ? null : check(field, latency(token, parser), LATENCY_RULE));
            case METADATA -> metadata(token, parser);
            case SPAN_ID -> event.spanId(spanId(field, token, parser));
            case PARENT_SPAN_ID -> event.parentSpanId(spanId(field, token, parser));
            case SESSION_ID -> event.sessionId(link(field, token, parser));
            case ON_BEHALF_OF -> event.onBehalfOf(link(field, token, parser));
        }
        // Skips a nested value that was not read. If it was read, the current token is its end.
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        }
    }

    private <T> @Nullable T check(Field field, @Nullable T value, String rule) {
        if (value == null) {
            fail(field, rule);
        }
        return value;
    }

    private static @Nullable UUID eventId(JsonToken token, JsonParser parser) throws IOException {
        return token == JsonToken.VALUE_STRING
                ? Uuids.parse(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())
                : null;
    }

    private static @Nullable Instant timestamp(JsonToken token, JsonParser parser) throws IOException {
        return token == JsonToken.VALUE_STRING ? Timestamps.parse(parser.getText()) : null;
    }

    private @Nullable String text(Field field, JsonToken token, JsonParser parser, int max, String rule)
            throws IOException {
        int length = token == JsonToken.VALUE_STRING ? parser.getTextLength() : 0;
        // A code point has at most two chars.
        if (length == 0 || length > 2 * max) {
            fail(field, rule);
            return null;
        }
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int codePoints = CodePoints.count(chars, from, length);
        if (codePoints < 0) {
            fail(field, CodePoints.NOT_STORABLE);
            return null;
        }
        if (codePoints > max) {
            fail(field, rule);
            return null;
        }
        return new String(chars, from, length);
    }

    /** An identifier is compared and searched, so it is never rewritten: with a secret in it, the event is refused. */
    private @Nullable String identifier(Field field, JsonToken token, JsonParser parser, String rule)
            throws IOException {
        String id = text(field, token, parser, EventLimits.MAX_ID, rule);
        if (id != null
                && redactor.isSecretIdentifier(
                        parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())) {
            fail(field, EventLimits.ID_SECRET);
            return null;
        }
        return id;
    }

    private @Nullable String link(Field field, JsonToken token, JsonParser parser) throws IOException {
        return token == JsonToken.VALUE_NULL ? null : identifier(field, token, parser, EventLimits.LINK_RULE);
    }

    private @Nullable String spanId(Field field, JsonToken token, JsonParser parser) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        int length = token == JsonToken.VALUE_STRING ? parser.getTextLength() : 0;
        boolean valid = length > 0 && length <= EventLimits.MAX_SPAN_ID;
        for (int i = 0; i < length && valid; i++) {
            valid = EventLimits.isOfSpanId(parser.getTextCharacters()[parser.getTextOffset() + i]);
        }
        return valid
                ? identifier(field, token, parser, EventLimits.SPAN_ID_RULE)
                : check(field, null, EventLimits.SPAN_ID_RULE);
    }

    private @Nullable String resource(@Nullable String sent) {
        if (sent == null) {
            return null;
        }
        String clean = EventTexts.resource(sent, redactor);
        if (!clean.equals(sent)) {
            redactions.add(() -> Field.RESOURCE.pointer);
        }
        return clean;
    }

    /** The string if it is short enough for a wire name, else the empty string, which is never one. */
    private static String shortText(JsonToken token, JsonParser parser) throws IOException {
        return token == JsonToken.VALUE_STRING && parser.getTextLength() <= MAX_SHORT_TEXT ? parser.getText() : "";
    }

    private static @Nullable Integer latency(JsonToken token, JsonParser parser) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT || parser.getTextLength() > MAX_SHORT_TEXT) {
            return null;
        }
        long value = parser.getLongValue();
        return value < 0 || value > Integer.MAX_VALUE ? null : (int) value;
    }

    private void metadata(JsonToken token, JsonParser parser) throws IOException {
        if (token == JsonToken.START_OBJECT) {
            event.metadata(metadataReader.read(parser));
            FieldError error = metadataReader.error();
            if (error != null) {
                fail(Field.METADATA, error);
            }
        } else if (token != JsonToken.VALUE_NULL) {
            fail(Field.METADATA, METADATA_RULE);
        }
    }

    private void fail(Field field, String detail) {
        fail(field, new FieldError(field.pointer, detail));
    }

    private void fail(Field field, FieldError error) {
        errors.put(field, error);
    }

    private DecodedEvent valid() {
        return new DecodedEvent.Valid(event.eventId(eventId)
                .redacted(redactions.json(redactor.version()))
                .submittedBy(submittedBy)
                .build());
    }

    private DecodedEvent invalid() {
        List<FieldError> found = new ArrayList<>();
        for (Field field : Field.values()) {
            FieldError error = errors.get(field);
            if (error != null) {
                found.add(error);
            } else if (field.required && !given.contains(field)) {
                found.add(new FieldError(field.pointer, "is required"));
            }
        }
        // An id that is given twice is ambiguous, so it is not reported.
        boolean named = given.contains(Field.EVENT_ID) && !errors.containsKey(Field.EVENT_ID);
        return new DecodedEvent.Invalid(named ? eventId.toString() : null, List.copyOf(found));
    }
}
