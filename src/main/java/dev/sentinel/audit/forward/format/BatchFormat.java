package dev.sentinel.audit.forward.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** How the events of a batch become one text. Immutable; any thread. */
public final class BatchFormat {
    /** The formats that {@link #named} knows. The first one is for receivers that have no format of their own. */
    public static final List<String> NAMES =
            List.of("plain", "array", "ndjson", "cloudevents", "splunk", "elastic", "ocsf");

    private static final int TYPICAL_BYTES_OF_EVENT = 640;

    private final String contentType;
    private final Body body;

    /** Writes all events. */
    private interface Body {
        void write(JsonGenerator json, Batch batch) throws IOException;
    }

    private BatchFormat(String contentType, Body body) {
        this.contentType = contentType;
        this.body = body;
    }

    /**
     * The format with this name.
     *
     * @param name one of {@link #NAMES}
     * @param destination the id of the destination
     * @param source names the log, as a URI reference
     * @param version of the format, for {@code ocsf}
     * @throws IllegalArgumentException for another name; says which there are
     */
    public static BatchFormat named(String name, String destination, String source, OcsfVersion version) {
        return switch (name) {
            case "plain" -> plain(destination);
            case "array" -> array(EventFormat.EVENT);
            case "ndjson" -> ndjson();
            case "cloudevents" -> cloudEvents(source);
            case "splunk" -> splunk(new SplunkEvents(source, "", SplunkEvents.SOURCE_TYPE));
            case "elastic" -> elastic();
            case "ocsf" -> ocsf(source, version);
            default -> throw new IllegalArgumentException("format must be one of " + String.join(", ", NAMES));
        };
    }

    /** One object: which part of the log it is, and its events. Without events it says that it is a test. */
    static BatchFormat plain(String destination) {
        return new BatchFormat("application/json", (json, batch) -> {
            json.writeStartObject();
            json.writeStringField("type", batch.events().isEmpty() ? "test" : "events");
            json.writeStringField("destination", destination);
            json.writeNumberField("from", batch.from());
            json.writeNumberField("next", batch.next());
            json.writeFieldName("events");
            array(json, batch, EventFormat.EVENT);
            json.writeEndObject();
        });
    }

    /** One event a line. */
    public static BatchFormat ndjson() {
        return lines(EventFormat.EVENT);
    }

    /** The batched content mode of CloudEvents over HTTP (cloudevents.io, http-protocol-binding, section 3.3). */
    static BatchFormat cloudEvents(String source) {
        EventFormat format = new CloudEvents(source);
        return new BatchFormat(
                "application/cloudevents-batch+json; charset=UTF-8", (json, batch) -> array(json, batch, format));
    }

    /** Objects for the HTTP Event Collector of Splunk, back to back. */
    public static BatchFormat splunk(SplunkEvents format) {
        return new BatchFormat("application/json", (json, batch) -> sequence(json, batch, format));
    }

    /** Pairs of lines for the endpoint {@code _bulk} of Elasticsearch and OpenSearch. */
    public static BatchFormat elastic() {
        return lines(new ElasticBulk());
    }

    /** An array of events of the Open Cybersecurity Schema Framework. */
    static BatchFormat ocsf(String source, OcsfVersion version) {
        return array(new OcsfEvents(source, version));
    }

    private static BatchFormat array(EventFormat format) {
        return new BatchFormat("application/json", (json, batch) -> array(json, batch, format));
    }

    private static BatchFormat lines(EventFormat format) {
        return new BatchFormat("application/x-ndjson", (json, batch) -> {
            sequence(json, batch, format);
            if (!batch.events().isEmpty()) {
                json.writeRaw('\n');
            }
        });
    }

    private static void array(JsonGenerator json, Batch batch, EventFormat format) throws IOException {
        json.writeStartArray();
        sequence(json, batch, format);
        json.writeEndArray();
    }

    private static void sequence(JsonGenerator json, Batch batch, EventFormat format) throws IOException {
        for (StoredEvent event : batch.events()) {
            format.write(json, event);
        }
    }

    /** For the header {@code Content-Type}. */
    public String contentType() {
        return contentType;
    }

    /** The batch as UTF-8. Takes milliseconds for a large batch. */
    public byte[] bytes(Batch batch) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(
                TYPICAL_BYTES_OF_EVENT * (1 + batch.events().size()));
        try {
            write(batch, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Writes the batch as UTF-8, and closes the stream. */
    public void write(Batch batch, OutputStream out) throws IOException {
        // Written as characters, because a byte generator would escape characters beyond the BMP.
        try (JsonGenerator json = EventWriter.factory().createGenerator(new OutputStreamWriter(out, UTF_8))) {
            // Between objects that are not in an array; it adds nothing elsewhere.
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            body.write(json, batch);
        }
    }
}
