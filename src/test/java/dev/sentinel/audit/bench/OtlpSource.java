package dev.sentinel.audit.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.ingest.otlp.mapping.Content;
import dev.sentinel.audit.ingest.otlp.mapping.Mapping;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpMapper;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpRequest;
import dev.sentinel.audit.ingest.otlp.mapping.Sender;
import dev.sentinel.audit.ingest.otlp.mapping.Spans;
import dev.sentinel.audit.ingest.otlp.wire.Decoder;
import dev.sentinel.audit.ingest.otlp.wire.MalformedRequestException;
import dev.sentinel.audit.ingest.otlp.wire.Signal;
import dev.sentinel.audit.redact.RedactionRules;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Generates requests of OTLP as exporters batch them: {@value #RECORDS} records of one agent, which are those of a
 * fixture again and again, in traces and sessions of their own. Gives the events of the same records as NDJSON, too. No
 * two requests have an id in common. Costs little more than copying the bytes. One thread.
 */
final class OtlpSource {
    static final int RECORDS = 512;

    private static final Path FIXTURES = Path.of("src/test/resources/dev/sentinel/audit/ingest/otlp/mapping");

    private static final String MARK = NumberedBytes.MARK;

    /** What makes the log records of another session other ones. */
    private static final Set<String> SESSIONS = Set.of("session.id", "conversation.id", "gen_ai.conversation.id");

    /** What is sent. */
    enum Form {
        NDJSON("/v1/events", "application/x-ndjson"),
        PROTOBUF("", "application/x-protobuf"),
        JSON("", "application/json");

        private final String path;
        private final String contentType;

        Form(String path, String contentType) {
            this.path = path;
            this.contentType = contentType;
        }
    }

    private final Signal signal;
    private final Map<Form, List<NumberedBytes>> templates = new EnumMap<>(Form.class);
    private int events;
    private int made;

    /**
     * Reads the fixtures of a signal that give events.
     *
     * @param first the number of the first request
     */
    OtlpSource(Signal signal, int first) throws IOException {
        this.signal = signal;
        this.made = first;
        for (Path file : fixtures()) {
            JsonObject fixture = new JsonObject(Files.readString(file));
            if (fixture.containsKey(signal.member())) {
                add(repeated(fixture));
            }
        }
    }

    private void add(JsonObject request) {
        byte[] json = request.encode().getBytes(UTF_8);
        List<AuditEvent> mapped = events(json);
        if (!mapped.isEmpty()) {
            events += mapped.size();
            add(Form.NDJSON, lines(mapped));
            add(Form.PROTOBUF, message(request).toByteArray());
            add(Form.JSON, json);
        }
    }

    private void add(Form form, byte[] body) {
        templates.computeIfAbsent(form, none -> new ArrayList<>()).add(new NumberedBytes(body));
    }

    private static List<Path> fixtures() throws IOException {
        try (var files = Files.list(FIXTURES)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** Events of the records of a request, on average. The other records are no actions. */
    double eventsPerRequest() {
        return events / (double) requestCount();
    }

    /** Requests until the first one comes again, with other ids. */
    int requestCount() {
        return all(Form.NDJSON).size();
    }

    private List<NumberedBytes> all(Form form) {
        return templates.getOrDefault(form, List.of());
    }

    /** The next body. */
    byte[] next(Form form) {
        List<NumberedBytes> all = all(form);
        int number = made++;
        return all.get(Math.floorMod(number, all.size())).with(number);
    }

    /** Requests, whole. */
    Supplier<Buffer> requests(Form form) {
        String path = form == Form.NDJSON ? form.path : "/v1/" + (signal == Signal.LOGS ? "logs" : "traces");
        return () -> {
            byte[] body = next(form);
            return EventSource.head(path, form.contentType, body.length).appendBytes(body);
        };
    }

    private JsonObject repeated(JsonObject fixture) {
        JsonObject request = fixture.copy();
        List<JsonArray> lists = new ArrayList<>();
        int records = 0;
        for (Object origin : request.getJsonArray(signal.member())) {
            JsonArray scopes = ((JsonObject) origin).getJsonArray(signal == Signal.LOGS ? "scopeLogs" : "scopeSpans");
            for (Object scope : scopes) {
                JsonArray list = ((JsonObject) scope).getJsonArray(signal == Signal.LOGS ? "logRecords" : "spans");
                lists.add(list);
                records += list.size();
            }
        }
        int left = RECORDS;
        for (int i = 0; i < lists.size(); i++) {
            JsonArray list = lists.get(i);
            List<JsonObject> once = list.stream()
                    .map(JsonObject.class::cast)
                    .map(JsonObject::copy)
                    .toList();
            int share = i == lists.size() - 1 ? left : RECORDS * once.size() / records;
            left -= share;
            list.clear();
            for (int n = 0; n < share; n++) {
                list.add(record(once.get(n % once.size()).copy(), n / once.size(), i));
            }
        }
        return request;
    }

    /** A record in the trace and the session of its copy. */
    private JsonObject record(JsonObject record, int copy, int list) {
        int number = copy << 4 | list;
        boolean named = false;
        for (Object each : record.getJsonArray("attributes", new JsonArray())) {
            JsonObject attribute = (JsonObject) each;
            if (SESSIONS.contains(attribute.getString("key"))) {
                attribute.put("value", new JsonObject().put("stringValue", session(number)));
                named = true;
            }
        }
        if (signal == Signal.LOGS && !named) {
            record.put("traceId", "1").put("spanId", "1");
        }
        id(record, "traceId", "%024x".formatted(copy + 1));
        id(record, "spanId", "%05x".formatted(copy + 1));
        id(record, "parentSpanId", "%05x".formatted(copy + 1));
        return record;
    }

    private static String session(int number) {
        return MARK + "-4d6a-4a57-9d0b-%012x".formatted(number);
    }

    /** The spans of a trace keep the last digits of their ids. */
    private static void id(JsonObject record, String name, String rest) {
        String sent = record.getString(name);
        if (sent != null && !sent.isEmpty()) {
            int kept = name.equals("traceId") ? 0 : 16 - MARK.length() - rest.length();
            record.put(
                    name,
                    MARK
                            + rest
                            + "0".repeat(Math.max(0, kept - sent.length()))
                            + sent.substring(Math.max(0, sent.length() - kept)));
        }
    }

    private Message message(JsonObject request) {
        return MessageReader.read(
                request,
                signal == Signal.LOGS
                        ? ExportLogsServiceRequest.getDefaultInstance()
                        : ExportTraceServiceRequest.getDefaultInstance());
    }

    /** What the server makes of a request. */
    private List<AuditEvent> events(byte[] json) {
        OtlpRequest request = mapper().begin(new Sender(null, null));
        try {
            Decoder.JSON.decode(json, signal, request);
        } catch (MalformedRequestException e) {
            throw new IllegalStateException(e);
        }
        List<AuditEvent> events = request.take();
        if (events.stream().map(AuditEvent::eventId).distinct().count() < events.size()) {
            throw new IllegalStateException("events with the same id");
        }
        return events;
    }

    /** With the settings that a server has by default. */
    static OtlpMapper mapper() {
        return new OtlpMapper(
                Mapping.packaged(), Content.ARGUMENTS, Spans.ACTIONS, RedactionRules.full(), secret -> {});
    }

    private static byte[] lines(List<AuditEvent> events) {
        StringBuilder lines = new StringBuilder();
        for (AuditEvent event : events) {
            StoredEvent stored = new StoredEvent(StoredEvent.UNSEQUENCED, Instant.EPOCH, event, Seals.ANY);
            JsonObject json = new JsonObject(EventWriter.toJson(stored));
            json.remove("received_at");
            json.remove("redacted");
            json.put("event_id", MARK + json.getString("event_id").substring(MARK.length()));
            lines.append(json.encode()).append('\n');
        }
        return lines.toString().getBytes(UTF_8);
    }
}
