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
 * Reads the events of a request body, checks them against the wire contract and takes their secrets out. What is wrong
 * with one event is a result, {@link DecodedEvent.Invalid}; what is wrong with the body as a whole is an exception.
 *
 * <p>Thread-safe. Works in memory proportional to the body, which the caller bounds, and stops at the first event
 * beyond the limit.
 */
public final class EventReader {
    private static final String NOT_JSON = "is not valid JSON";

    /** The required fields with their shortest values have 163. */
    private static final int SHORTEST_EVENT = 160;

    private final JsonFactory factory = StrictJson.factory();
    private final int maxEvents;
    private final RedactionRules rules;
    private final Consumer<SecretKind> onSecret;

    /**
     * A reader of bodies with a limited number of events.
     *
     * @param maxEvents of one body, at least 1
     * @param onSecret hears of every secret that is taken out, on the thread that reads
     */
    public EventReader(int maxEvents, RedactionRules rules, Consumer<SecretKind> onSecret) {
        if (maxEvents < 1) {
            throw new IllegalArgumentException("maxEvents must be at least 1.");
        }
        this.maxEvents = maxEvents;
        this.rules = rules;
        this.onSecret = onSecret;
    }

    /**
     * Reads {@code application/json}: an array is a batch, anything else one event.
     *
     * @param submittedBy the id of the client's key, for each event; null if it showed none
     * @throws MalformedJsonException if the body is not exactly one JSON value in UTF-8
     * @throws TooManyEventsException if it is a longer array than a request may hold
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
     * Reads {@code application/x-ndjson}: one event a line, always a batch. Blank lines are skipped and have no index;
     * a line that is not JSON is an invalid event.
     *
     * @param submittedBy as above
     * @throws TooManyEventsException if there are more lines than a request may hold
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
     * How many valid events a body of so many bytes may hold: never less, at most what a request may hold. Like the two
     * below it costs next to nothing, so that a server with too much to do can refuse a body before it has decoded it.
     */
    public int mostOf(long bytes) {
        return (int) Math.min(maxEvents, bytes / SHORTEST_EVENT + 1);
    }

    /** How many valid events {@link #readJson} may find. */
    public int mostOfJson(byte[] body) {
        int first = afterByteOrderMark(body);
        while (first < body.length && (isSpace(body[first]) || body[first] == '\n')) {
            first++;
        }
        return first < body.length && body[first] == '[' ? mostOf(body.length) : 1;
    }

    /** The same for {@link #readNdjson}: the lines, or fewer if most are short. */
    public int mostOfNdjson(byte[] body) {
        int lines = 1;
        for (byte b : body) {
            lines += b == '\n' ? 1 : 0;
        }
        return Math.min(lines, mostOf(body.length));
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

    /** A BOM is no JSON, but some clients write one; a second one is the client's mistake. */
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

    /** From text, not from bytes: Jackson would guess at the encoding of bytes. */
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

    /** Says where, and never what: Jackson's own messages quote the body. */
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
