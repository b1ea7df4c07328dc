package dev.sentinel.audit.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.BodyText;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.DraftReader;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.StrictJson;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.SecretKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads the events of a request body with CloudEvents. An error in one message is a result,
 * {@link DecodedEvent.Invalid}; an error in the body as a whole is an exception. Thread-safe. Uses memory proportional
 * to the body, which the caller bounds, and stops at the first message beyond the limit.
 */
public final class CloudEventReader {
    private static final String NOT_AN_OBJECT = "must be a JSON object";

    /** Bytes. The required attributes with their shortest values take 52. */
    private static final int MIN_EVENT_BYTES = 50;

    private final JsonFactory factory = StrictJson.factory();
    private final int maxEvents;
    private final RedactionRules rules;
    private final Consumer<SecretKind> onSecret;

    /**
     * Creates a reader.
     *
     * @param maxEvents the limit on messages in one body, at least 1
     * @param onSecret called for every redacted secret, on the reading thread
     */
    public CloudEventReader(int maxEvents, RedactionRules rules, Consumer<SecretKind> onSecret) {
        this.maxEvents = maxEvents;
        this.rules = rules;
        this.onSecret = onSecret;
    }

    /**
     * Whether a request is a message in binary mode.
     *
     * @param hasField whether its header has a field of a name, in any case
     */
    public static boolean isBinaryMode(Predicate<String> hasField) {
        return BinaryMode.SIGNS.stream().anyMatch(hasField);
    }

    /** An upper bound on the valid events in a batch of this size, and at most the limit. */
    public int maxEventsIn(long bytes) {
        return (int) Math.min(maxEvents, bytes / MIN_EVENT_BYTES + 1);
    }

    /**
     * Reads {@code application/cloudevents+json}.
     *
     * @throws dev.sentinel.audit.event.MalformedJsonException if the body is not exactly one JSON value in UTF-8
     */
    public DecodedBody readStructured(byte[] body, Sender sender) {
        EventMapper mapper = mapper(sender);
        try (JsonParser parser = parser(body)) {
            DecodedEvent event = event(parser, mapper);
            requireEnd(parser);
            return new DecodedBody(false, List.of(event));
        } catch (IOException e) {
            throw BodyText.malformed(e);
        }
    }

    /**
     * Reads {@code application/cloudevents-batch+json}.
     *
     * @param atMost messages; the limit if that is lower
     * @throws dev.sentinel.audit.event.MalformedJsonException if the body is not exactly one JSON value in UTF-8
     * @throws TooManyEventsException if the array has more messages
     */
    public DecodedBody readBatch(byte[] body, Sender sender, int atMost) {
        int max = Math.min(maxEvents, atMost);
        EventMapper mapper = mapper(sender);
        List<DecodedEvent> events = new ArrayList<>();
        try (JsonParser parser = parser(body)) {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                parser.skipChildren();
                requireEnd(parser);
                return new DecodedBody(false, List.of(invalid("must be a JSON array of CloudEvents")));
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (events.size() == max) {
                    throw new TooManyEventsException(max);
                }
                events.add(event(parser, mapper));
            }
            requireEnd(parser);
            return new DecodedBody(true, Collections.unmodifiableList(events));
        } catch (IOException e) {
            throw BodyText.malformed(e);
        }
    }

    /**
     * Reads a message in binary mode.
     *
     * @param fields the header of the request
     * @throws dev.sentinel.audit.event.MalformedJsonException if the body should be JSON, and is not
     */
    public DecodedBody readBinary(Iterable<Map.Entry<String, String>> fields, byte[] body, Sender sender) {
        return new DecodedBody(false, List.of(mapper(sender).event(BinaryMode.read(fields, body))));
    }

    private EventMapper mapper(Sender sender) {
        return new EventMapper(new DraftReader(rules, onSecret, sender.submittedBy()), sender);
    }

    private JsonParser parser(byte[] body) throws IOException {
        JsonParser parser = factory.createParser(BodyText.of(body));
        if (parser.nextToken() == null) {
            throw BodyText.empty();
        }
        return parser;
    }

    private static void requireEnd(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw BodyText.continued();
        }
    }

    private static DecodedEvent event(JsonParser parser, EventMapper mapper) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return mapper.event(StructuredMode.read(parser));
        }
        parser.skipChildren();
        return invalid(NOT_AN_OBJECT);
    }

    private static DecodedEvent invalid(String detail) {
        return new DecodedEvent.Invalid(null, List.of(new FieldError("", detail)));
    }
}
