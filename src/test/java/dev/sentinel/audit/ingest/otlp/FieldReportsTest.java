package dev.sentinel.audit.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What users of other receivers of OpenTelemetry report, from the outside. The tests for the other reports stand where
 * the parts are that they are about:
 *
 * <ol>
 *   <li>phoenix#2067, JSON refused: {@link OtlpResourceTest} contentType
 *   <li>phoenix#7540, answered in another encoding: OtlpResourceTest body_malformed, contentEncoding_other
 *   <li>tokenjam#365, gzip refused: OtlpResourceTest gzip, {@link OtlpLimitsTest} gzip_largerThanAllowed
 *   <li>langfuse#15026, a bad span loses the batch: OtlpResourceTest record_oneBadOfMany
 *   <li>claude-code#82365, a malformed value loses it: JsonQuirksTest attribute_malformedValue
 *   <li>crow#840, integers as numbers: JsonQuirksTest intValue, and NodeClientsIT
 *   <li>claude-code#72671, chunked bodies: OtlpResourceTest request_chunked
 *   <li>collector#8720, base64 ids and snake case: JsonQuirksTest id_notHex, OtlpResourceTest request_inSnakeCase
 *   <li>logs sent to the path of traces: OtlpResourceTest logs_sentToTraces, spans_withoutIds
 *   <li>aihub-core#1795, large batches: OtlpIT request_ofTheLargestSize
 *   <li>langfuse#14576, secrets stored on one way in: OtlpRequestTest, HiddenSecretsTest
 *   <li>langfuse#14754, tokens counted twice: OtlpRequestTest usage_genaiFixture
 *   <li>otel-desktop-viewer#409, copies: here, and EventIdsTest
 *   <li>pi-langfuse#4, sessions under other names: OtlpRequestTest session
 *   <li>phoenix#6336, children without parents: here, and OtlpRequestTest parent_thatIsDropped
 *   <li>SigNoz.io#1936, wrong paths: OtlpResourceTest path_almostRight, SourcesResourceTest problems
 *   <li>hermes-otel#160, other signals refused: OtlpResourceTest request_empty, metrics_any
 *   <li>opentelemetry-python#2248, tokens lost: OtlpLimitsTest token
 *   <li>ax#426, configuration that breaks a program: RecipeTest
 *   <li>claude-code#60726, names that differ by version: here
 *   <li>ax, success that proves nothing: SourcesResourceTest
 *   <li>openinference#2101, spans twice: OtlpRequestTest mcp_callBelowToolSpan, spans_selection
 *   <li>logfire#2263, what may pass is lost: {@link JavaExporterTest} spans_storeDown, OtlpLimitsTest body_slow,
 *       store_failing
 * </ol>
 */
final class FieldReportsTest {
    private RunningServer server;
    private OtlpClient client;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = RunningServer.start(directory);
        client = new OtlpClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Report 13: a retry storm, and a collector that batches anew. */
    @Test
    void spans_thirtyCopiesInOtherBatches_areStoredOnce() {
        List<String> spans = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            spans.add(tool(String.format("%016x", i), "\"parentSpanId\":\"00000000000000ff\","));
        }
        Random random = new Random(5);
        for (int copy = 0; copy < 30; copy++) {
            Collections.shuffle(spans, random);
            int half = random.nextInt(spans.size() + 1);
            assertThat(send(spans.subList(0, half))).isEqualTo("{}");
            assertThat(send(spans.subList(half, spans.size()))).isEqualTo("{}");
        }

        assertThat(server.client().getJson("/v1/agents/billing/events?limit=1").getInteger("total"))
                .isEqualTo(20);
    }

    /** Report 15: the parent is a step, which is no event. */
    @Test
    void child_ofAParentThatIsNoEvent_isInListTraceAndExport() {
        String step = """
                {"traceId":"7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a","spanId":"00000000000000ff","name":"step"}""";
        send(List.of(step, tool("0000000000000001", "\"parentSpanId\":\"00000000000000ff\",")));
        String trace = "/v1/traces/7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a";

        assertThat(found("/v1/events")).containsExactly("00000000000000ff");
        assertThat(found(trace)).containsExactly("00000000000000ff");
        assertThat(found(trace + "?nested=true")).containsExactly("00000000000000ff");
        assertThat(server.client().get("/v1/events/export").body()).contains("00000000000000ff");
    }

    /** Report 20: versions of Claude Code write the name of a record, and of an attribute, in two ways. */
    @ParameterizedTest
    @CsvSource({
        "claude_code.tool_decision, source",
        "tool_decision, source",
        ", source",
        "tool_decision, decision_source"
    })
    void log_ofAnotherVersion_isTheSameDecision(String body, String source) {
        String name = body == null ? "" : "\"body\":{\"stringValue\":\"" + body + "\"},";
        String log = """
                {"resourceLogs":[{"resource":{"attributes":[\
                {"key":"service.name","value":{"stringValue":"claude-code"}}]},\
                "scopeLogs":[{"scope":{"name":"com.anthropic.claude_code.events"},"logRecords":[\
                {"timeUnixNano":"1795392000120000000",%s"attributes":[\
                {"key":"event.name","value":{"stringValue":"tool_decision"}},\
                {"key":"session.id","value":{"stringValue":"s"}},\
                {"key":"tool_name","value":{"stringValue":"Bash"}},\
                {"key":"decision","value":{"stringValue":"reject"}},\
                {"key":"%s","value":{"stringValue":"user_reject"}}]}]}]}]}""".formatted(name, source);
        assertThat(client.json("/v1/logs", log).statusCode()).isEqualTo(200);
        JsonObject event =
                server.client().getJson("/v1/traces/s").getJsonArray("events").getJsonObject(0);

        assertThat(event.getString("action_type")).isEqualTo("policy_check");
        assertThat(event.getString("status")).isEqualTo("denied");
        assertThat(event.getString("resource")).isEqualTo("Bash");
        assertThat(event.getString("actor")).isEqualTo("human");
    }

    private String send(List<String> spans) {
        HttpResponse<byte[]> response = client.json("/v1/traces", """
                {"resourceSpans":[{"resource":{"attributes":[\
                {"key":"service.name","value":{"stringValue":"billing"}}]},\
                "scopeSpans":[{"scope":{"name":"genai"},"spans":[%s]}]}]}""".formatted(String.join(",", spans)));
        assertThat(response.statusCode()).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String tool(String span, String more) {
        return """
                {"traceId":"7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a","spanId":"%s",%s"name":"execute_tool search",\
                "startTimeUnixNano":"1795392100000000000","endTimeUnixNano":"1795392100182000000","attributes":[\
                {"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}},\
                {"key":"gen_ai.tool.name","value":{"stringValue":"search"}}]}""".formatted(span, more);
    }

    /** The parents of the events of an answer. */
    private List<String> found(String target) {
        JsonArray events = server.client().getJson(target).getJsonArray("events");
        return events.stream()
                .map(event -> ((JsonObject) event).getString("parent_span_id"))
                .toList();
    }
}
