package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Encodes an event as one line of JSON. Retries send the same bytes. Reused for many events; one thread. */
final class EventEncoder {
    private static final byte[] EVENT_ID = ascii("{\"" + EventJson.EVENT_ID + "\":\"");
    private static final byte[] TIMESTAMP = ascii("\",\"" + EventJson.TIMESTAMP + "\":\"");
    private static final byte[] AGENT_INSTANCE_ID = ascii("\",\"" + EventJson.AGENT_INSTANCE_ID + "\":");
    private static final byte[] TRACE_ID = ascii(",\"" + EventJson.TRACE_ID + "\":");
    private static final byte[] RESOURCE = ascii(",\"" + EventJson.RESOURCE + "\":");
    private static final byte[] LATENCY_MS = ascii(",\"" + EventJson.LATENCY_MS + "\":");
    private static final byte[] SPAN_ID = ascii(",\"" + EventJson.SPAN_ID + "\":");
    private static final byte[] PARENT_SPAN_ID = ascii(",\"" + EventJson.PARENT_SPAN_ID + "\":");
    private static final byte[] SESSION_ID = ascii(",\"" + EventJson.SESSION_ID + "\":");
    private static final byte[] ON_BEHALF_OF = ascii(",\"" + EventJson.ON_BEHALF_OF + "\":");
    private static final byte[] METADATA = ascii(",\"" + EventJson.METADATA + "\":");

    /** Complete fields for each constant. */
    private static final Map<ActorType, byte[]> ACTORS = fields(EventJson.ACTOR, ActorType.class, ActorType::wireName);

    private static final Map<ActionType, byte[]> ACTIONS =
            fields(EventJson.ACTION_TYPE, ActionType.class, ActionType::wireName);
    private static final Map<EventStatus, byte[]> STATUSES =
            fields(EventJson.STATUS, EventStatus.class, EventStatus::wireName);

    private static final int ID_LENGTH = 36;

    private final JsonBytes out = new JsonBytes();
    private final List<Mark> marks = new ArrayList<>();
    private final TextLoader loader;
    private final TextChars text;
    private final Redactor redactor;
    private final MetadataWriter metadata;
    private final RedactionRules rules;
    private @Nullable String problem;
    private boolean busy;

    EventEncoder(RedactionRules rules) {
        this.rules = rules;
        this.redactor = new Redactor(rules, secret -> {});
        this.loader = new TextLoader(redactor);
        this.text = loader.text;
        this.metadata = new MetadataWriter(out, redactor);
    }

    /** The rules that this encoder redacts by. */
    RedactionRules rules() {
        return rules;
    }

    /** This encoder, or a new one if it is in use: a value's {@code toString} may itself record an event. */
    EventEncoder available() {
        return busy ? new EventEncoder(rules) : this;
    }

    /** Why {@link #encode} returned null, in the server's words. */
    String problem() {
        return problem == null ? "" : problem;
    }

    /**
     * Encodes an event as JSON without a line feed; null if it has no meaning, or a secret in an identifier. What is
     * too long is cut, which the metadata says.
     */
    byte @Nullable [] encode(EventBuilder event, UUID eventId, Instant now, EventDefaults defaults) {
        busy = true;
        try {
            write(event, eventId, now, defaults);
        } finally {
            busy = false;
        }
        return problem == null ? out.copy() : null;
    }

    private void write(EventBuilder event, UUID eventId, Instant now, EventDefaults defaults) {
        problem = null;
        marks.clear();
        out.clear();
        out.raw(EVENT_ID);
        out.uuid(eventId.getMostSignificantBits(), eventId.getLeastSignificantBits());
        out.raw(TIMESTAMP);
        out.ascii(timestamp(event.timestamp == null ? now : event.timestamp, now));
        out.raw(AGENT_INSTANCE_ID);
        id(
                EventJson.AGENT_INSTANCE_ID,
                event.agentInstanceId == null ? defaults.agentInstanceId() : event.agentInstanceId);
        out.raw(TRACE_ID);
        id(EventJson.TRACE_ID, event.traceId == null ? defaults.traceId() : event.traceId);
        out.raw(ACTORS.get(event.actor));
        if (event.actionType == null) {
            fail(EventJson.ACTION_TYPE, "is required");
        } else {
            out.raw(ACTIONS.get(event.actionType));
        }
        out.raw(RESOURCE);
        resource(event.resource);
        out.raw(STATUSES.get(event.status));
        if (event.latencyMs >= 0) {
            out.raw(LATENCY_MS);
            out.ascii(Long.toString(event.latencyMs));
        }
        spanId(SPAN_ID, EventJson.SPAN_ID, event.spanId);
        spanId(PARENT_SPAN_ID, EventJson.PARENT_SPAN_ID, given(event.parentSpanId, defaults.parentSpanId()));
        link(SESSION_ID, EventJson.SESSION_ID, given(event.sessionId, defaults.sessionId()));
        link(ON_BEHALF_OF, EventJson.ON_BEHALF_OF, given(event.onBehalfOf, defaults.onBehalfOf()));
        if (event.members > 0 || event.isIncomplete || !marks.isEmpty()) {
            out.raw(METADATA);
            metadata.write(event, marks);
        }
        out.raw('}');
    }

    /** The id of an encoded event. */
    static String eventId(byte[] event) {
        return new String(event, EVENT_ID.length, ID_LENGTH, US_ASCII);
    }

    /** A time that the wire contract cannot express becomes that of the recording. */
    private String timestamp(Instant time, Instant now) {
        try {
            return Timestamps.format(time);
        } catch (IllegalArgumentException e) {
            marks.add(Mark.of('/' + EventJson.TIMESTAMP, time.toString()));
            return Timestamps.format(now);
        }
    }

    private void id(String field, @Nullable String id) {
        if (check(field, id, EventLimits.ID_RULE)) {
            loadedId(field, EventLimits.ID_RULE);
        }
    }

    private void link(byte[] name, String field, @Nullable String id) {
        if (id != null) {
            out.raw(name);
            load(id);
            loadedId(field, EventLimits.LINK_RULE);
        }
    }

    private void spanId(byte[] name, String field, @Nullable String id) {
        if (id == null || id.isEmpty()) {
            return;
        }
        out.raw(name);
        load(id);
        if (!loader.isWhole()) {
            fail(field, EventLimits.SPAN_ID_RULE);
        } else if (redactor.isSecretIdentifier(text.chars(), 0, text.length())) {
            fail(field, EventLimits.ID_SECRET);
        } else if (isSpanId()) {
            out.string(text.chars(), text.length());
        } else {
            shortened(field, Identifiers.spanId(text.toString()));
        }
    }

    private boolean isSpanId() {
        boolean valid = text.length() <= EventLimits.MAX_SPAN_ID;
        for (int i = 0; i < text.length() && valid; i++) {
            valid = EventLimits.isOfSpanId(text.chars()[i]);
        }
        return valid;
    }

    private void loadedId(String field, String rule) {
        if (!loader.isWhole()) {
            // Its digest would take as long as the search for secrets.
            fail(field, rule);
        } else if (redactor.isSecretIdentifier(text.chars(), 0, text.length())) {
            fail(field, EventLimits.ID_SECRET);
        } else if (text.codePoints() > EventLimits.MAX_ID) {
            shortened(field, Identifiers.cut(text.toString(), EventLimits.MAX_ID, redactor));
        } else {
            out.string(text.chars(), text.length());
        }
    }

    private void shortened(String field, Identifiers.Cut cut) {
        text.set(cut.text());
        if (redactor.isSecretIdentifier(text.chars(), 0, text.length())) {
            fail(field, EventLimits.ID_SECRET);
            return;
        }
        out.string(text.chars(), text.length());
        marks.add(new Mark('/' + field, cut.bytes(), cut.sha256()));
    }

    private void resource(@Nullable String resource) {
        if (!check(EventJson.RESOURCE, resource, EventLimits.RESOURCE_RULE)) {
            return;
        }
        boolean isLong = text.codePoints() > EventLimits.MAX_RESOURCE;
        long bytes = !isLong ? 0 : loader.isWhole() ? text.utf8Size() : loader.bytes();
        String clean = loader.clean();
        if (clean != null) {
            text.set(clean);
        }
        if (isLong && (!loader.isWhole() || text.codePoints() > EventLimits.MAX_RESOURCE)) {
            String whole = text.toString();
            text.set(CutText.first(whole, EventLimits.MAX_RESOURCE, redactor));
            String digest = loader.isWhole() ? Mark.of("", whole).sha256() : null;
            marks.add(new Mark('/' + EventJson.RESOURCE, bytes, digest));
        } else if (text.codePoints() > EventLimits.MAX_RESOURCE) {
            // The replacement is longer than the secret. The server does the same.
            text.set(RedactionRules.REPLACEMENT);
        }
        out.string(text.chars(), text.length());
    }

    /** Loads a text that is required. */
    private boolean check(String field, @Nullable String value, String rule) {
        if (value == null || value.isEmpty()) {
            fail(field, value == null ? "is required" : rule);
            return false;
        }
        load(value);
        return true;
    }

    private void load(String value) {
        loader.begin();
        loader.load(value);
    }

    /** An empty text is as good as none. */
    private static @Nullable String given(@Nullable String own, @Nullable String other) {
        return own != null && !own.isEmpty() ? own : other == null || other.isEmpty() ? null : other;
    }

    private void fail(String field, @Nullable String rule) {
        problem = (problem == null ? "" : problem + "; ") + field + " " + rule;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static <T extends Enum<T>> Map<T, byte[]> fields(String name, Class<T> type, Function<T, String> wireName) {
        Map<T, byte[]> fields = new EnumMap<>(type);
        for (T value : type.getEnumConstants()) {
            fields.put(value, ascii(",\"" + name + "\":\"" + wireName.apply(value) + "\""));
        }
        return fields;
    }
}
