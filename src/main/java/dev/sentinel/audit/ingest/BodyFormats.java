package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.ingest.cloudevents.CloudEventReader;
import dev.sentinel.audit.ingest.cloudevents.Sender;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the format of a request: our own events, as JSON or NDJSON, or CloudEvents. Any thread. */
public final class BodyFormats {
    private static final String AGENT = "X-Sentinel-Agent";

    /** Larger bodies are decoded on a worker: they would delay all requests of their event loop. */
    private static final int INLINE_BYTES = 64 * 1024;

    /** A message is parsed twice. */
    private static final int INLINE_MESSAGE_BYTES = 16 * 1024;

    private final EventReader events;
    private final CloudEventReader messages;
    private final NoteFormat note;

    /** @param names the name of a key by its id; null for an id that is not a key's */
    public BodyFormats(EventReader events, CloudEventReader messages, Function<String, @Nullable String> names) {
        this.events = events;
        this.messages = messages;
        this.note = new NoteFormat(events, names);
    }

    /** The format of a note on a run. */
    BodyFormat note() {
        return note;
    }

    /** The format that the header of a request or message announces; null if it is not known. */
    @Nullable
    BodyFormat of(MultiMap header) {
        String type = header.get(HttpHeaders.CONTENT_TYPE);
        MediaType media = MediaType.of(type);
        String agent = header.get(AGENT);
        return switch (media) {
            case CLOUD_EVENT -> new Message(messages, (body, sender) -> messages.readStructured(body, sender), agent);
            case CLOUD_EVENTS -> new Messages(messages, agent);
            default -> {
                // Another format of CloudEvents is none of the binary mode.
                if (CloudEventReader.isBinaryMode(header::contains) && !MediaType.isOfCloudEvents(type)) {
                    Iterable<Map.Entry<String, String>> fields = header.entries();
                    yield new Message(messages, (body, sender) -> messages.readBinary(fields, body, sender), agent);
                }
                yield media == MediaType.JSON
                        ? new Json(events)
                        : media == MediaType.NDJSON ? new Ndjson(events) : null;
            }
        };
    }

    private record Json(EventReader events) implements BodyFormat {
        @Override
        public String protocol() {
            return "events, JSON";
        }

        @Override
        public int maxEventsIn(long bytes) {
            return events.maxEventsIn(bytes);
        }

        @Override
        public int maxEvents(byte[] body) {
            return events.maxEventsInJson(body);
        }

        @Override
        public int inlineBytes() {
            return INLINE_BYTES;
        }

        @Override
        public DecodedBody read(byte[] body, @Nullable String submittedBy, int atMost) {
            return events.atMost(atMost).readJson(body, submittedBy);
        }
    }

    private record Ndjson(EventReader events) implements BodyFormat {
        @Override
        public String protocol() {
            return "events, NDJSON";
        }

        @Override
        public int maxEventsIn(long bytes) {
            return events.maxEventsIn(bytes);
        }

        @Override
        public int maxEvents(byte[] body) {
            return events.maxEventsInNdjson(body);
        }

        @Override
        public int inlineBytes() {
            return INLINE_BYTES;
        }

        @Override
        public DecodedBody read(byte[] body, @Nullable String submittedBy, int atMost) {
            return events.atMost(atMost).readNdjson(body, submittedBy);
        }
    }

    @FunctionalInterface
    private interface Reading {
        DecodedBody read(byte[] body, Sender sender);
    }

    private record Message(
            CloudEventReader messages,
            Reading reading,
            @Nullable String agent) implements BodyFormat {
        @Override
        public String protocol() {
            return "CloudEvents";
        }

        @Override
        public int maxEventsIn(long bytes) {
            return 1;
        }

        @Override
        public int maxEvents(byte[] body) {
            return 1;
        }

        @Override
        public int inlineBytes() {
            return INLINE_MESSAGE_BYTES;
        }

        @Override
        public DecodedBody read(byte[] body, @Nullable String submittedBy, int atMost) {
            return reading.read(body, new Sender(agent, submittedBy));
        }
    }

    private record Messages(
            CloudEventReader messages, @Nullable String agent) implements BodyFormat {
        @Override
        public String protocol() {
            return "CloudEvents, batch";
        }

        @Override
        public int maxEventsIn(long bytes) {
            return messages.maxEventsIn(bytes);
        }

        @Override
        public int maxEvents(byte[] body) {
            return messages.maxEventsIn(body.length);
        }

        @Override
        public int inlineBytes() {
            return INLINE_MESSAGE_BYTES;
        }

        @Override
        public DecodedBody read(byte[] body, @Nullable String submittedBy, int atMost) {
            return messages.readBatch(body, new Sender(agent, submittedBy), atMost);
        }
    }
}
