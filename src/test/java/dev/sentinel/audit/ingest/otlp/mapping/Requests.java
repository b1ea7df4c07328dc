package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Decoder;
import dev.sentinel.audit.ingest.otlp.wire.MalformedRequestException;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.Scope;
import dev.sentinel.audit.ingest.otlp.wire.Signal;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests of OTLP/JSON and their events. */
final class Requests {
    static final Mapping MAPPING = Mapping.packaged();

    private static final Instant RECEIVED = Instant.EPOCH;

    private Requests() {}

    static OtlpRequest map(String json) {
        return map(json, Content.ARGUMENTS, Spans.ACTIONS, new Sender(null, null));
    }

    static OtlpRequest map(String json, Content content, Spans spans, Sender sender) {
        OtlpRequest request = new OtlpMapper(MAPPING, content, spans, RedactionRules.full(), kind -> {}).begin(sender);
        decode(json, request);
        return request;
    }

    /** Maps one ended client span. */
    static OtlpRequest span(String service, String name, Attributes.Builder attributes) {
        OtlpRequest request = new OtlpMapper(
                        MAPPING, Content.ARGUMENTS, Spans.ACTIONS, RedactionRules.full(), kind -> {})
                .begin(new Sender(null, null));
        Attributes resource = Attributes.builder().put("service.name", service).build();
        request.span(
                new Origin(resource, Scope.NONE),
                new Span(
                        "7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a",
                        "a1b2c3d4e5f60718",
                        "",
                        name,
                        3,
                        1,
                        2,
                        attributes.build(),
                        List.of(),
                        List.of(),
                        0,
                        "",
                        0));
        return request;
    }

    static void decode(String json, OtlpRequest request) {
        Signal signal = json.contains("\"resourceLogs\"") ? Signal.LOGS : Signal.TRACES;
        try {
            Decoder.JSON.decode(json.getBytes(StandardCharsets.UTF_8), signal, request);
        } catch (MalformedRequestException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A fixture, without the line break at its end. */
    static String fixture(String file) {
        try (InputStream in = Requests.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("no fixture " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An event as it is stored. */
    static String json(AuditEvent event) {
        String json = EventWriter.toJson(new StoredEvent(StoredEvent.UNSEQUENCED, RECEIVED, event, Seals.ANY));
        return json.replaceAll(",\"received_at\":\"[^\"]*\"", "");
    }

    /** One line for each event, and one with the counts. */
    static List<String> lines(OtlpRequest request) {
        List<String> lines = new ArrayList<>();
        request.events().forEach(event -> lines.add(json(event)));
        Counts counts = request.counts();
        lines.add(String.format(
                Locale.ROOT, "kept %d, ignored %s, rejected %s", counts.kept(), counts.ignored(), counts.rejected()));
        return lines;
    }
}
