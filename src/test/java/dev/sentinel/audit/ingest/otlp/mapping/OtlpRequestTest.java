package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.Scope;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.ingest.otlp.wire.SpanEvent;
import dev.sentinel.audit.ingest.otlp.wire.SpanLink;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.redact.RedactionRules;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OtlpRequestTest {
    private static final String TRACE = "7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a";
    private static final String SPAN = "a1b2c3d4e5f60718";
    /** Has the shape of a token of GitHub. */
    private static final String CANARY = "ghp_" + "a1B2c3D4e5F6".repeat(3);

    @ParameterizedTest
    @EnumSource(Content.class)
    void span_secretAnywhere_isNowhereInTheEvent(Content content) {
        Attributes attributes = Attributes.builder()
                .put("gen_ai.tool.name", "t " + CANARY)
                .put("gen_ai.tool.call.id", CANARY)
                .put("gen_ai.tool.call.arguments", "{\"inner\":\"{\\\"key\\\":\\\"" + CANARY + "\\\"}\"}")
                .put("gen_ai.tool.call.result", "was " + CANARY)
                .put("gen_ai.conversation.id", CANARY)
                .put("gen_ai.agent.name", CANARY)
                .put("enduser.id", CANARY)
                .put("error.type", CANARY)
                .put("custom", CANARY)
                .put(CANARY, "name")
                .put("metadata", "{\"a\":[\"" + CANARY + "\"]}")
                .build();
        Origin origin = new Origin(
                Attributes.builder()
                        .put("service.name", CANARY)
                        .put("service.version", CANARY)
                        .build(),
                new Scope("scope " + CANARY, CANARY));
        Span span = new Span(
                TRACE,
                SPAN,
                "",
                "execute_tool " + CANARY,
                1,
                1,
                2,
                attributes,
                List.of(
                        new SpanEvent(
                                1,
                                "exception",
                                Attributes.builder()
                                        .put("exception.message", "bad " + CANARY)
                                        .put("exception.stacktrace", CANARY)
                                        .build()),
                        new SpanEvent(1, CANARY, Attributes.NONE)),
                List.of(new SpanLink(TRACE, SPAN)),
                2,
                "status " + CANARY,
                0);
        OtlpRequest request = begin(content, Spans.ALL);

        request.span(origin, span);

        assertThat(request.events()).hasSize(1);
        assertThat(request.events().toString()).doesNotContain(CANARY.substring(0, 20));
    }

    @ParameterizedTest
    @EnumSource(Content.class)
    void log_secretInBodyAndName_isNowhereInTheEvent(Content content) {
        OtlpRequest request = begin(content, Spans.ACTIONS);
        Attributes attributes = Attributes.builder()
                .put("gen_ai.tool.name", "t")
                .put("event.name", "x." + CANARY)
                .build();

        request.log(origin("svc"), new LogRecord(1, 1, 0, CANARY, Text.of(CANARY), attributes, "", "", CANARY, 0));

        assertThat(request.events()).hasSize(1);
        assertThat(request.events().toString()).doesNotContain(CANARY.substring(0, 20));
    }

    /** A hash of a short secret is that secret. */
    @Test
    void content_withSecret_isHashedWithoutIt() {
        OtlpRequest one = tool("gen_ai.tool.call.result", "password=hunter2hunter2");
        OtlpRequest other = tool("gen_ai.tool.call.result", "password=hunter3hunter3");

        assertThat(metadata(one)).contains("\"result\":{\"bytes\":").isEqualTo(metadata(other));
    }

    @Test
    void usage_genaiFixture_isThatOfTheLeaves() {
        String events = Requests.map(Requests.fixture("genai.json")).events().toString();

        assertThat(sum(events, "\"usage\":\\{\"input_tokens\":(\\d+)")).isEqualTo(113);
        assertThat(sum(events, "\"usage\":\\{\"input_tokens\":\\d+,\"output_tokens\":(\\d+)"))
                .isEqualTo(11);
    }

    private static long sum(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .mapToLong(Long::parseLong)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"session.id", "gen_ai.conversation.id", "conversation.id", "thread.id", "session_id"})
    void session_anySpelling_isTheSession(String key) {
        assertThat(event(tool(key, "s-1")).links().sessionId()).isEqualTo("s-1");
    }

    @Test
    void session_claudeLogsAndSpans_shareOneTrace() {
        OtlpRequest request = begin(Content.ARGUMENTS, Spans.ALL);
        Requests.decode(Requests.fixture("claude-code-events.json"), request);
        Requests.decode(Requests.fixture("claude-code-spans.json"), request);

        assertThat(request.events())
                .filteredOn(event -> event.metadata().contains("\"name\":\"tool\""))
                .extracting(AuditEvent::traceId)
                .containsOnly("6f1c2f0e-4d6a-4a57-9d0b-0e8f3f5c2a11");
        assertThat(request.events().get(0).traceId()).isEqualTo("6f1c2f0e-4d6a-4a57-9d0b-0e8f3f5c2a11");
    }

    @Test
    void parent_thatIsDropped_staysWithItsChild() {
        OtlpRequest request = Requests.map(Requests.fixture("traceloop-tool.json"));

        assertThat(event(request).links().parentSpanId()).isEqualTo("0f1e2d3c4b5a6979");
        assertThat(event(request).links().spanId()).isEqualTo("b1b2c3d4e5f60718");
    }

    @Test
    void mcp_callBelowToolSpan_isThreeEventsThatAreLinked() {
        OtlpRequest request = Requests.map(Requests.fixture("genai.json"));
        Requests.decode(Requests.fixture("mcp.json"), request);
        List<AuditEvent> tools = request.events().stream()
                .filter(event -> event.metadata().contains("\"tool\":"))
                .toList();

        assertThat(tools).hasSize(3);
        assertThat(tools.get(1).links().parentSpanId())
                .isEqualTo(tools.get(0).links().spanId());
        assertThat(tools.get(2).links().parentSpanId())
                .isEqualTo(tools.get(1).links().spanId());
    }

    @ParameterizedTest
    @CsvSource({"AGENT, 3", "ACTIONS, 6", "ALL, 8"})
    void spans_selection_keepsItsActions(Spans spans, int kept) {
        OtlpRequest request =
                Requests.map(Requests.fixture("actions.json"), Content.ARGUMENTS, spans, new Sender(null, null));

        assertThat(request.counts().kept()).isEqualTo(kept);
        assertThat(request.counts().ignored())
                .isEqualTo(
                        switch (spans) {
                            case AGENT -> Map.of("step", 2, "not_selected", 3);
                            case ACTIONS -> Map.of("step", 2);
                            case ALL -> Map.of();
                        });
    }

    @Test
    void span_withoutIds_isRejectedAloneAndCounted() {
        OtlpRequest request = begin(Content.ARGUMENTS, Spans.ACTIONS);
        request.span(origin("svc"), span("", SPAN, Attributes.NONE));
        request.span(origin("svc"), span(TRACE, "", Attributes.NONE));
        request.unreadable("the trace id is base64, not hex");
        request.span(
                origin("svc"),
                span(
                        TRACE,
                        SPAN,
                        Attributes.builder().put("gen_ai.tool.name", "t").build()));

        assertThat(request.counts())
                .isEqualTo(new Counts(
                        1,
                        Map.of(),
                        Map.of(
                                "the span has no trace id or no span id", 2,
                                "the trace id is base64, not hex", 1)));
    }

    @Test
    void agent_header_overridesAllElse() {
        OtlpRequest request = Requests.map(
                Requests.fixture("claude-code-logs.json"),
                Content.ARGUMENTS,
                Spans.ACTIONS,
                new Sender("billing-7", "key-1"));

        assertThat(request.events()).extracting(AuditEvent::agentInstanceId).containsOnly("billing-7");
        assertThat(request.events()).extracting(AuditEvent::submittedBy).containsOnly("key-1");
    }

    @ParameterizedTest
    @CsvSource({
        "sentinel.agent_instance_id, own, own",
        "gen_ai.agent.id, asst_1, asst_1",
        "gen_ai.agent.id, eve@example.com, svc",
        "gen_ai.agent.name, forecaster, svc/forecaster",
        "service.instance.id, 627cc493, svc"
    })
    void agent_attribute_namesTheAgent(String key, String value, String agent) {
        assertThat(event(tool(key, value)).agentInstanceId()).isEqualTo(agent);
    }

    @Test
    void onBehalfOf_emailAddress_isNotTaken() {
        assertThat(event(tool("user.id", "eve@example.com")).links().onBehalfOf())
                .isNull();
    }

    @Test
    void onBehalfOf_accountId_isTaken() {
        assertThat(event(tool("user.id", "u-3")).links().onBehalfOf()).isEqualTo("u-3");
    }

    @Test
    void trace_logWithoutAnyId_isThatOfAgentAndDay() {
        OtlpRequest request = begin(Content.ARGUMENTS, Spans.ACTIONS);
        Attributes attributes =
                Attributes.builder().put("gen_ai.tool.name", "t").build();

        request.log(
                origin("svc"),
                new LogRecord(1_795_392_000_000_000_000L, 0, 0, "", Text.of(""), attributes, "", "", "", 0));

        assertThat(event(request).traceId()).isEqualTo("svc/2026-11-23");
    }

    @Test
    void timestamp_unsignedNanoseconds_reachTheYear2554() {
        OtlpRequest request = begin(Content.ARGUMENTS, Spans.ACTIONS);
        Attributes attributes =
                Attributes.builder().put("gen_ai.tool.name", "t").build();

        request.log(origin("svc"), new LogRecord(-1, 0, 0, "", Text.of(""), attributes, "", "", "", 0));

        assertThat(event(request).timestamp()).isEqualTo(Instant.parse("2554-07-21T23:34:33.709551Z"));
    }

    @Test
    void span_thatHasNotEnded_isPending() {
        OtlpRequest request = begin(Content.ARGUMENTS, Spans.ACTIONS);
        Attributes attributes =
                Attributes.builder().put("gen_ai.tool.name", "t").build();

        request.span(
                origin("svc"), new Span(TRACE, SPAN, "", "n", 1, 5, 0, attributes, List.of(), List.of(), 0, "", 0));

        assertThat(event(request).status()).isEqualTo(EventStatus.PENDING);
    }

    @Test
    void content_none_keepsNoArguments() {
        OtlpRequest request = Requests.map(
                Requests.fixture("gemini-cli-logs.json"), Content.NONE, Spans.ACTIONS, new Sender(null, null));

        assertThat(event(request).resource()).isEqualTo("write_file");
        assertThat(event(request).metadata())
                .contains("\"arguments\":{\"bytes\":")
                .doesNotContain("/src/a.ts");
    }

    @Test
    void content_full_keepsResults() {
        OtlpRequest request = Requests.map(
                Requests.fixture("traceloop-tool.json"), Content.FULL, Spans.ACTIONS, new Sender(null, null));

        assertThat(event(request).metadata()).contains("\"result\":{\"total\":12}");
    }

    @Test
    void arguments_withSecretName_areRedactedByIt() {
        OtlpRequest request = tool("gen_ai.tool.call.arguments", "{\"api_key\":\"abc\"}");

        assertThat(event(request).metadata()).contains("\"arguments\":{\"api_key\":\"[REDACTED]\"}");
        assertThat(event(request).redacted()).contains("/metadata/tool/arguments/api_key");
    }

    @Test
    void url_inAttribute_losesQueryAndUser() {
        assertThat(metadata(tool("url.full", "https://u:p@h.example/a?key=AIza#f")))
                .contains("\"url.full\":\"https://h.example/a\"");
    }

    private static OtlpRequest tool(String key, String value) {
        OtlpRequest request = begin(Content.ARGUMENTS, Spans.ACTIONS);
        request.span(
                origin("svc"),
                span(
                        TRACE,
                        SPAN,
                        Attributes.builder()
                                .put("gen_ai.tool.name", "t")
                                .put(key, value)
                                .build()));
        return request;
    }

    private static Span span(String trace, String id, Attributes attributes) {
        return new Span(trace, id, "", "n", 1, 1, 2, attributes, List.of(), List.of(), 0, "", 0);
    }

    private static Origin origin(String service) {
        return new Origin(Attributes.builder().put("service.name", service).build(), Scope.NONE);
    }

    private static OtlpRequest begin(Content content, Spans spans) {
        return new OtlpMapper(Requests.MAPPING, content, spans, RedactionRules.full(), kind -> {})
                .begin(new Sender(null, null));
    }

    private static AuditEvent event(OtlpRequest request) {
        assertThat(request.events()).hasSize(1);
        return request.events().get(0);
    }

    private static String metadata(OtlpRequest request) {
        return event(request).metadata();
    }
}
