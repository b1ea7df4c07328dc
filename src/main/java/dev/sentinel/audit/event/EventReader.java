package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import dev.sentinel.audit.redact.SecretKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a request body, validates them against the wire contract and redacts their secrets. An error in
 * one event is a result, {@link DecodedEvent.Invalid}; an error in the body as a whole is an exception.
 *
 * <p>Thread-safe. Uses memory proportional to the body, which the caller bounds, and stops at the first event beyond
 * the limit.
 */
public final class EventReader {
    /** Bytes. The required fields with their shortest values take 163. */
    private static final int MIN_EVENT_BYTES = 160;

    private final JsonFactory factory;
    private final int maxEvents;
    private final RedactionRules rules;
    private final Consumer<SecretKind> onSecret;

    /**
     * Creates a reader.
     *
     * @param maxEvents the limit on events in one body, at least 1
     * @param onSecret called for every redacted secret, on the reading thread
     */
    public EventReader(int maxEvents, RedactionRules rules, Consumer<SecretKind> onSecret) {
        this(StrictJson.factory(), maxEvents, rules, onSecret);
    }

    private EventReader(JsonFactory factory, int maxEvents, RedactionRules rules, Consumer<SecretKind> onSecret) {
        if (maxEvents < 1) {
            throw new IllegalArgumentException("maxEvents must be at least 1.");
        }
        this.factory = factory;
        this.maxEvents = maxEvents;
        this.rules = rules;
        this.onSecret = onSecret;
    }

    /** A reader with a lower limit on events, or this one if its limit is not higher. */
    public EventReader atMost(int events) {
        return events >= maxEvents ? this : new EventReader(factory, events, rules, onSecret);
    }

    /**
     * Reads {@code application/json}: an array is a batch, any other value is one event.
     *
     * @param submittedBy the id of the client's API key, stored in each event; null if it sent none
     * @throws MalformedJsonException if the body is not exactly one JSON value in UTF-8
     * @throws TooManyEventsException if the array has more events than the limit
     */
    public DecodedBody readJson(byte[] body, @Nullable String submittedBy)
            throws MalformedJsonException, TooManyEventsException {
        String text = BodyText.of(body);
        try (JsonParser parser = factory.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw BodyText.empty();
            }
            boolean batch = first == JsonToken.START_ARRAY;
            EventDecoder decoder = decoder(submittedBy);
            List<DecodedEvent> events = batch ? array(parser, decoder) : List.of(decoder.decode(parser));
            if (parser.nextToken() != null) {
                throw BodyText.continued();
            }
            return new DecodedBody(batch, events);
        } catch (IOException e) {
            throw BodyText.malformed(e);
        }
    }

    private EventDecoder decoder(@Nullable String submittedBy) {
        return new EventDecoder(new Redactor(rules, onSecret), submittedBy);
    }

    private List<DecodedEvent> array(JsonParser parser, EventDecoder decoder) throws IOException {
        List<DecodedEvent> events = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (events.size() == maxEvents) {
                throw new TooManyEventsException(maxEvents);
            }
            events.add(decoder.decode(parser));
        }
        return Collections.unmodifiableList(events);
    }

    /**
     * Reads {@code application/x-ndjson}: one event per line, always a batch. Blank lines are skipped and have no
     * index. A line that is not JSON is an invalid event.
     *
     * @param submittedBy the id of the client's API key, stored in each event; null if it sent none
     * @throws TooManyEventsException if there are more events than the limit
     */
    public DecodedBody readNdjson(byte[] body, @Nullable String submittedBy)
            throws MalformedJsonException, TooManyEventsException {
        EventDecoder decoder = decoder(submittedBy);
        List<DecodedEvent> events = new ArrayList<>();
        int start = BodyText.afterByteOrderMark(body);
        while (start < body.length) {
            int end = lineEnd(body, start);
            if (!isBlank(body, start, end)) {
                if (events.size() == maxEvents) {
                    throw new TooManyEventsException(maxEvents);
                }
                events.add(line(body, start, end, decoder));
            }
            start = end + 1;
        }
        return new DecodedBody(true, Collections.unmodifiableList(events));
    }

    /** Whether an identifier holds a secret, for which this reader refuses its event. */
    public boolean isSecretIdentifier(String id) {
        return new Redactor(rules, kind -> {}).isSecretIdentifier(id.toCharArray(), 0, id.length());
    }

    /**
     * An upper bound on the valid events in a body of this size, and at most the limit. This method and the next two
     * are cheap, so that an overloaded server can refuse a body before decoding it.
     */
    public int maxEventsIn(long bytes) {
        return (int) Math.min(maxEvents, bytes / MIN_EVENT_BYTES + 1);
    }

    /** An upper bound on the valid events that {@link #readJson} finds. */
    public int maxEventsInJson(byte[] body) {
        int first = BodyText.afterByteOrderMark(body);
        while (first < body.length && (isSpace(body[first]) || body[first] == '\n')) {
            first++;
        }
        return first < body.length && body[first] == '[' ? maxEventsIn(body.length) : 1;
    }

    /**
     * An upper bound on the valid events that {@link #readNdjson} finds: the number of lines, or fewer if most are
     * short.
     */
    public int maxEventsInNdjson(byte[] body) {
        int lines = 1;
        for (byte b : body) {
            lines += b == '\n' ? 1 : 0;
        }
        return Math.min(lines, maxEventsIn(body.length));
    }

    private DecodedEvent line(byte[] body, int start, int end, EventDecoder decoder) {
        String defect = BodyText.encodingDefect(body, start, end);
        if (defect != null) {
            return notJson(defect);
        }
        try (JsonParser parser = factory.createParser(BodyText.of(body, start, end))) {
            parser.nextToken();
            DecodedEvent event = decoder.decode(parser);
            return parser.nextToken() == null ? event : notJson("has something after its JSON value");
        } catch (IOException e) {
            return notJson(BodyText.syntaxDefect(e));
        }
    }

    private static DecodedEvent notJson(String defect) {
        return new DecodedEvent.Invalid(null, List.of(new FieldError("", defect)));
    }

    private static int lineEnd(byte[] body, int start) {
        int end = start;
        while (end < body.length && body[end] != '\n') {
            end++;
        }
        return end;
    }

    private static boolean isBlank(byte[] body, int start, int end) {
        int i = start;
        while (i < end && isSpace(body[i])) {
            i++;
        }
        return i == end;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}
