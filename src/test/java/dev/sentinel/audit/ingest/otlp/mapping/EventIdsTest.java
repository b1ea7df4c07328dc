package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.Scope;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import dev.sentinel.audit.redact.RedactionRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A record has one id, whichever request brings it. */
final class EventIdsTest {
    private static final Origin ORIGIN =
            new Origin(Attributes.builder().put("service.name", "svc").build(), new Scope("scope", "1"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude-code-events.json",
                "codex-events.json",
                "gemini-cli-events.json",
                "genai.json",
                "mcp.json"
            })
    void map_sameRequestThirtyTimes_givesSameIds(String fixture) {
        String json = Requests.fixture(fixture);
        List<UUID> first = idsOf(Requests.map(json).events());

        for (int i = 0; i < 30; i++) {
            assertThat(idsOf(Requests.map(json).events())).isEqualTo(first);
        }
        assertThat(Set.copyOf(first)).hasSameSizeAs(first);
    }

    @Test
    void log_recordsInOtherBatches_haveSameIds() {
        List<LogRecord> records = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            records.add(toolLog(i, "run " + i % 20));
        }
        Set<UUID> together = ids(records);
        Random random = new Random(7);
        for (int round = 0; round < 10; round++) {
            Collections.shuffle(records, random);
            Set<UUID> apart = new LinkedHashSet<>();
            for (int from = 0; from < records.size(); from += 7) {
                apart.addAll(ids(records.subList(from, Math.min(from + 7, records.size()))));
            }
            assertThat(apart).isEqualTo(together);
        }
    }

    @Test
    void log_twinsInOneRequest_areTwoEventsAndSameOnRetry() {
        List<LogRecord> twins = List.of(toolLog(1, "same"), toolLog(1, "same"));

        assertThat(ids(twins)).hasSize(2).isEqualTo(ids(twins));
    }

    @Test
    void log_observedTimeAndResourceOfCollector_changeNoId() {
        LogRecord sent = toolLog(1, "x");
        LogRecord relayed = new LogRecord(
                sent.timeNanos(), 99, 0, "", sent.body(), sent.attributes(), "", "", "", sent.dropped() + 3);
        Origin richer = new Origin(
                Attributes.builder()
                        .put("host.name", "h")
                        .put("service.name", "svc")
                        .build(),
                ORIGIN.scope());

        assertThat(ids(richer, List.of(relayed))).isEqualTo(ids(List.of(sent)));
    }

    @Test
    void log_uid_isTheWholeKey() {
        Attributes uid = Attributes.builder()
                .put("log.record.uid", "u-1")
                .put("gen_ai.tool.name", "t")
                .build();
        Attributes other = Attributes.builder()
                .put("log.record.uid", "u-1")
                .put("gen_ai.tool.name", "other")
                .build();

        assertThat(ids(List.of(log(1, uid)))).isEqualTo(ids(List.of(log(2, other))));
    }

    @Test
    void log_attributesInOtherOrder_haveSameId() {
        Attributes one =
                Attributes.builder().put("gen_ai.tool.name", "t").put("a", 1).build();
        Attributes two =
                Attributes.builder().put("a", 1).put("gen_ai.tool.name", "t").build();

        assertThat(ids(List.of(log(1, one)))).isEqualTo(ids(List.of(log(1, two))));
    }

    @Test
    void log_textInsteadOfNumber_isAnotherId() {
        Attributes number =
                Attributes.builder().put("gen_ai.tool.name", "t").put("a", 1).build();
        Attributes text =
                Attributes.builder().put("gen_ai.tool.name", "t").put("a", "1").build();

        assertThat(ids(List.of(log(1, number)))).isNotEqualTo(ids(List.of(log(1, text))));
    }

    @Test
    void span_clientAndServerWithOneSpanId_areTwoEvents() {
        OtlpRequest request = begin();
        request.span(ORIGIN, span(2));
        request.span(ORIGIN, span(3));

        assertThat(Set.copyOf(idsOf(request.events()))).hasSize(2);
    }

    /** Else the open one, which came first, would hide how the span ended. */
    @Test
    void span_thatHasNotEnded_isAnotherEventThanWhenItHas() {
        OtlpRequest request = begin();
        request.span(ORIGIN, span(3, 0));
        request.span(ORIGIN, span(3, 2));

        assertThat(Set.copyOf(idsOf(request.events()))).hasSize(2);
    }

    @Test
    void log_twinBehindThoseRemembered_isDuplicate() {
        EventIds ids = new EventIds(1);
        UUID first = id(ids, toolLog(1, "remembered"));
        UUID later = id(ids, toolLog(1, "not remembered"));

        assertThat(id(ids, toolLog(1, "remembered"))).isNotEqualTo(first);
        assertThat(id(ids, toolLog(1, "not remembered"))).isEqualTo(later);
    }

    private static UUID id(EventIds ids, LogRecord log) {
        Emitter emitter = Requests.MAPPING.ofMark(log.attributes());
        return ids.ofLog(Subject.of(ORIGIN, log, emitter, ""), log);
    }

    private static Span span(int kind) {
        return span(kind, 2);
    }

    private static Span span(int kind, long endNanos) {
        Attributes attributes =
                Attributes.builder().put("gen_ai.tool.name", "t").build();
        return new Span(
                "7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a",
                "a1b2c3d4e5f60718",
                "",
                "n",
                kind,
                1,
                endNanos,
                attributes,
                List.of(),
                List.of(),
                0,
                "",
                0);
    }

    private static LogRecord toolLog(long time, String argument) {
        return log(
                time,
                Attributes.builder()
                        .put("gen_ai.tool.name", "t")
                        .put("gen_ai.tool.call.arguments", argument)
                        .build());
    }

    private static LogRecord log(long time, Attributes attributes) {
        return new LogRecord(time, 5, 0, "", Text.of("body"), attributes, "", "", "", 0);
    }

    private static OtlpRequest begin() {
        return new OtlpMapper(Requests.MAPPING, Content.ARGUMENTS, Spans.ACTIONS, RedactionRules.full(), kind -> {})
                .begin(new Sender(null, null));
    }

    private static Set<UUID> ids(List<LogRecord> records) {
        return ids(ORIGIN, records);
    }

    private static Set<UUID> ids(Origin origin, List<LogRecord> records) {
        OtlpRequest request = begin();
        records.forEach(log -> request.log(origin, log));
        return new LinkedHashSet<>(idsOf(request.events()));
    }

    private static List<UUID> idsOf(List<AuditEvent> events) {
        return events.stream().map(AuditEvent::eventId).collect(Collectors.toList());
    }
}
