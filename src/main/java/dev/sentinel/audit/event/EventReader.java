package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import dev.sentinel.audit.redact.SecretKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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
    private static final String NOT_JSON = "is not valid JSON";

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
        int start = afterByteOrderMark(body);
        String defect = encodingDefect(body, start, body.length);
        if (defect != null) {
            throw new MalformedJsonException("The body " + defect + ".");
        }
        try (JsonParser parser = parser(body, start, body.length)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new MalformedJsonException("The body is empty.");
            }
            boolean batch = first == JsonToken.START_ARRAY;
            EventDecoder decoder = decoder(submittedBy);
            List<DecodedEvent> events = batch ? array(parser, decoder) : List.of(decoder.decode(parser));
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("The body has something after its JSON value.");
            }
            return new DecodedBody(batch, events);
        } catch (IOException e) {
            throw new MalformedJsonException("The body " + syntaxDefect(e) + ".");
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
        int start = afterByteOrderMark(body);
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

    /**
     * An upper bound on the valid events in a body of this size, and at most the limit. This method and the next two
     * are cheap, so that an overloaded server can refuse a body before decoding it.
     */
    public int maxEventsIn(long bytes) {
        return (int) Math.min(maxEvents, bytes / MIN_EVENT_BYTES + 1);
    }

    /** An upper bound on the valid events that {@link #readJson} finds. */
    public int maxEventsInJson(byte[] body) {
        int first = afterByteOrderMark(body);
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
        String defect = encodingDefect(body, start, end);
        if (defect != null) {
            return notJson(defect);
        }
        try (JsonParser parser = parser(body, start, end)) {
            parser.nextToken();
            DecodedEvent event = decoder.decode(parser);
            return parser.nextToken() == null ? event : notJson("has something after its JSON value");
        } catch (IOException e) {
            return notJson(syntaxDefect(e));
        }
    }

    private static DecodedEvent notJson(String defect) {
        return new DecodedEvent.Invalid(null, List.of(new FieldError("", defect)));
    }

    /** JSON has no byte order mark, but some clients write one, so it is skipped. A second one is an error. */
    private static int afterByteOrderMark(byte[] body) {
        return body.length >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF ? 3 : 0;
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

    /** Parses a string, because Jackson would guess the encoding of bytes. */
    private JsonParser parser(byte[] body, int start, int end) throws IOException {
        return factory.createParser(new String(body, start, end - start, StandardCharsets.UTF_8));
    }

    private static @Nullable String encodingDefect(byte[] body, int start, int end) {
        int invalid = Utf8.firstInvalid(body, start, end);
        if (invalid < 0) {
            return null;
        }
        String what = body[invalid] == 0 ? "has a NUL byte" : "is not valid UTF-8";
        return String.format(Locale.ROOT, "%s (byte %d)", what, invalid - start + 1);
    }

    /** Reports the position but not the content: Jackson's own messages quote the body. */
    private static String syntaxDefect(IOException cause) {
        if (cause instanceof StreamConstraintsException) {
            return String.format(Locale.ROOT, "nests deeper than %,d levels", StrictJson.MAX_NESTING);
        }
        JsonLocation where = cause instanceof JacksonException jackson ? jackson.getLocation() : null;
        return where == null
                ? NOT_JSON
                : String.format(
                        Locale.ROOT, "%s (line %d, column %d)", NOT_JSON, where.getLineNr(), where.getColumnNr());
    }
}
