package dev.sentinel.audit.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time per event between its bytes and its record. The cost of validation is decode minus parse. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EventBenchmark {
    private static final int EVENTS = 500;
    private static final JsonFactory PLAIN = new JsonFactory();

    /** The level of redaction, to measure its cost. */
    @Param({"FULL", "KEYS", "OFF"})
    public RedactionRules.Mode redaction;

    private EventReader reader;
    private final List<byte[]> valid = new ArrayList<>();
    private final List<byte[]> invalid = new ArrayList<>();
    private final List<StoredEvent> stored = new ArrayList<>();
    private byte[] lines;

    /** Creates events like recorded ones, and copies of them without required fields. */
    @Setup
    public void makeEvents() throws IOException {
        reader = new EventReader(EVENTS, RedactionRules.of(redaction, List.of(), List.of()), secret -> {});
        EventSource source = new EventSource(1);
        Instant now = Instant.now();
        ByteArrayOutputStream ndjson = new ByteArrayOutputStream();
        for (int i = 0; i < EVENTS; i++) {
            byte[] event = source.next();
            valid.add(event);
            invalid.add(new String(event, StandardCharsets.UTF_8)
                    .replace("\"actor\":\"", "\"actor\":\"?")
                    .replace("\"resource\"", "\"unknown\"")
                    .getBytes(StandardCharsets.UTF_8));
            ndjson.writeBytes(event);
            ndjson.write('\n');
            DecodedEvent decoded = reader.readJson(event, null).events().get(0);
            stored.add(new StoredEvent(i, now, ((DecodedEvent.Valid) decoded).event(), Seals.ANY));
        }
        lines = ndjson.toByteArray();
    }

    /** The limit: reads every token of the JSON and does nothing with it. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int parse() throws IOException {
        int tokens = 0;
        for (byte[] event : valid) {
            try (JsonParser json = PLAIN.createParser(event)) {
                while (json.nextToken() != null) {
                    tokens++;
                }
            }
        }
        return tokens;
    }

    /** Parses and validates a body with one event, and creates the record. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int decode() throws Exception {
        int events = 0;
        for (byte[] event : valid) {
            events += reader.readJson(event, null).events().size();
        }
        return events;
    }

    /** Decodes a body with one event that violates two rules, including the error texts. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int decodeInvalid() throws Exception {
        int events = 0;
        for (byte[] event : invalid) {
            events += reader.readJson(event, null).events().size();
        }
        return events;
    }

    /** Decodes the events as lines of one body. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public DecodedBody decodeLines() throws Exception {
        return reader.readNdjson(lines, null);
    }

    /** Writes an event as JSON, as {@code GET /v1/events/{event_id}} does. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int encode() throws IOException {
        int bytes = 0;
        for (StoredEvent event : stored) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
            try (JsonGenerator json = EventWriter.factory().createGenerator(out)) {
                EventWriter.write(json, event);
            }
            bytes += out.size();
        }
        return bytes;
    }
}
