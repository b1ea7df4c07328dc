package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies into events, with Jackson's streaming parser straight into the record. Thread-safe; work is
 * linear in the bytes of the body.
 */
public final class EventReader {
    private final int maxEvents;
    private final JsonFactory json;

    /** Makes a reader that refuses bodies with more events. */
    public EventReader(int maxEvents) {
        this.maxEvents = maxEvents;
        this.json = JsonFactory.builder()
                // Clients choose the names in metadata; interned, they would stay.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        // Numbers are copied as text; what bounds them is the size of metadata.
                        .maxNumberLength(2 * MetadataReader.MAX_BYTES)
                        .maxNameLength(2 * MetadataReader.MAX_BYTES)
                        .build())
                .build();
    }

    /** Reads {@code application/json}: an object is one event, an array is a batch. */
    public DecodedBody readJson(byte[] body) throws MalformedJsonException, TooManyEventsException {
        int from = afterByteOrderMark(body);
        requireText(body, from, body.length);
        try (JsonParser in = json.createParser(body, from, body.length - from)) {
            JsonToken first = in.nextToken();
            if (first == null) {
                throw new MalformedJsonException("the body is empty");
            }
            DecodedBody decoded = first == JsonToken.START_ARRAY
                    ? new DecodedBody(true, readArray(in))
                    : new DecodedBody(false, List.of(new EventBuilder(json, in).read()));
            if (in.nextToken() != null) {
                throw new MalformedJsonException("the body goes on after the end of the JSON value");
            }
            return decoded;
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException("the body is not valid JSON" + place(e));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** Reads {@code application/x-ndjson}: every line that is not blank is an event of a batch. */
    public DecodedBody readNdjson(byte[] body) throws TooManyEventsException {
        List<DecodedEvent> events = new ArrayList<>();
        int start = afterByteOrderMark(body);
        while (start < body.length) {
            int end = start;
            while (end < body.length && body[end] != '\n') {
                end++;
            }
            if (!isBlank(body, start, end)) {
                add(events, readLine(body, start, end));
            }
            start = end + 1;
        }
        return new DecodedBody(true, events);
    }

    private List<DecodedEvent> readArray(JsonParser in) throws IOException, TooManyEventsException {
        List<DecodedEvent> events = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            add(events, new EventBuilder(json, in).read());
        }
        return events;
    }

    private void add(List<DecodedEvent> events, DecodedEvent event) throws TooManyEventsException {
        if (events.size() == maxEvents) {
            throw new TooManyEventsException(maxEvents);
        }
        events.add(event);
    }

    private DecodedEvent readLine(byte[] body, int start, int end) {
        if (!Utf8.isText(body, start, end)) {
            return notJson("the line is not UTF-8 text");
        }
        try (JsonParser in = json.createParser(body, start, end - start)) {
            in.nextToken();
            DecodedEvent event = new EventBuilder(json, in).read();
            return in.nextToken() == null ? event : notJson("the line goes on after the end of the JSON value");
        } catch (JsonProcessingException e) {
            return notJson("the line is not valid JSON" + place(e));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static DecodedEvent notJson(String detail) {
        return new DecodedEvent.Invalid(null, List.of(new FieldError("", detail)));
    }

    private static void requireText(byte[] body, int from, int to) throws MalformedJsonException {
        if (!Utf8.isText(body, from, to)) {
            throw new MalformedJsonException("the body is not UTF-8 text");
        }
    }

    private static boolean isBlank(byte[] body, int start, int end) {
        for (int i = start; i < end; i++) {
            byte b = body[i];
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** RFC 8259 section 8.1 lets a reader ignore it. */
    private static int afterByteOrderMark(byte[] body) {
        return body.length >= 3 && body[0] == (byte) 0xef && body[1] == (byte) 0xbb && body[2] == (byte) 0xbf ? 3 : 0;
    }

    /** Where, but not what: Jackson's own message quotes the body. */
    private static String place(JsonProcessingException e) {
        @Nullable JsonLocation location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
