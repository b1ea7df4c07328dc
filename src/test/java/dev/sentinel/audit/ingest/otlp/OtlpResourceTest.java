package dev.sentinel.audit.ingest.otlp;

import static dev.sentinel.audit.ingest.otlp.OtlpClient.JSON;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.PROTOBUF;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.gzip;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.toolSpan;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.toolSpans;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server does with OTLP, in both encodings. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OtlpResourceTest {
    private static final String CLAUDE = """
            {"resourceLogs":[{"resource":{"attributes":[
              {"key":"service.name","value":{"stringValue":"claude-code"}}]},
             "scopeLogs":[{"scope":{"name":"com.anthropic.claude_code.events","version":"2.1.300"},"logRecords":[
              {"timeUnixNano":"1795392004310000000","body":{"stringValue":"claude_code.tool_result"},"attributes":[
               {"key":"session.id","value":{"stringValue":"%s"}},
               {"key":"user.id","value":{"stringValue":"a3f09c11d2"}},
               {"key":"event.name","value":{"stringValue":"tool_result"}},
               {"key":"tool_name","value":{"stringValue":"mcp__tickets__create"}},
               {"key":"tool_use_id","value":{"stringValue":"toolu_01Hq9"}},
               {"key":"success","value":{"stringValue":"true"}},
               {"key":"event.sequence","value":{"intValue":44}},
               {"key":"duration_ms","value":{"intValue":812}}],"droppedAttributesCount":0}]}]}]}""";

    private RunningServer running;
    private OtlpClient client;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory);
        client = new OtlpClient(running);
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @Test
    void traces_protobuf_areStoredWhenAnswered() {
        HttpResponse<byte[]> response = client.protobuf("/v1/traces", toolSpans("stored", 3));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(OtlpClient.contentType(response)).isEqualTo(PROTOBUF);
        assertThat(response.body()).isEmpty();
        assertThat(events("stored")).hasSize(3);
    }

    @Test
    void logs_json_areStoredWhenAnswered() {
        HttpResponse<byte[]> response = client.json("/v1/logs", CLAUDE.formatted("session-json"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(OtlpClient.contentType(response)).isEqualTo(JSON);
        assertThat(response.body()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
        assertThat(trace("session-json")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-protobuf",
                "application/protobuf",
                "Application/X-Protobuf; charset=utf-8",
                "application/x-protobuf;foo=\"bar\""
            })
    void contentType_ofProtobuf_isRead(String contentType) {
        HttpResponse<byte[]> response =
                client.post("/v1/traces", contentType, toolSpans("types", 1).toByteArray());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(OtlpClient.contentType(response)).isEqualTo(PROTOBUF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"APPLICATION/JSON", "application/json; charset=UTF-8", "application/json;charset=latin1"})
    void contentType_ofJson_isRead(String contentType) {
        HttpResponse<byte[]> response = client.post("/v1/logs", contentType, "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(OtlpClient.contentType(response)).isEqualTo(JSON);
    }

    @Test
    void contentType_other_isRefused() {
        HttpResponse<byte[]> response = client.post("/v1/traces", "text/plain", new byte[0]);

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(OtlpClient.status(response)).contains("application/x-protobuf");
    }

    @Test
    void gzip_ofSeveralMembers_isRead() {
        byte[] body = toolSpans("members", 40).toByteArray();
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(gzip(Arrays.copyOf(body, 1000)));
        members.writeBytes(gzip(Arrays.copyOfRange(body, 1000, body.length)));

        HttpResponse<byte[]> response =
                client.post("/v1/traces", PROTOBUF, members.toByteArray(), "Content-Encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(events("members")).hasSize(40);
    }

    @Test
    void gzip_ofJson_isRead() {
        HttpResponse<byte[]> response = client.post(
                "/v1/logs",
                JSON,
                gzip(CLAUDE.formatted("session-gzip").getBytes(StandardCharsets.UTF_8)),
                "Content-Encoding",
                "GZIP");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(trace("session-gzip")).hasSize(1);
    }

    @Test
    void gzip_damaged_isExplained() {
        byte[] body = gzip(toolSpans("damaged", 40).toByteArray());

        HttpResponse<byte[]> response =
                client.post("/v1/traces", PROTOBUF, Arrays.copyOf(body, body.length / 2), "Content-Encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(OtlpClient.status(response)).contains("gzip");
    }

    @Test
    void gzip_undeclared_isExplained() {
        HttpResponse<byte[]> response = client.post(
                "/v1/traces", PROTOBUF, gzip(toolSpans("undeclared", 1).toByteArray()));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(OtlpClient.status(response)).contains("Content-Encoding: gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deflate", "zstd", "br"})
    void contentEncoding_other_isRefusedInTheEncodingOfTheRequest(String encoding) {
        HttpResponse<byte[]> response =
                client.post("/v1/traces", PROTOBUF, new byte[] {1}, "Content-Encoding", encoding);

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(OtlpClient.contentType(response)).isEqualTo(PROTOBUF);
        assertThat(OtlpClient.status(response)).contains("gzip");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/traces, application/x-protobuf, ''",
        "/v1/logs, application/x-protobuf, ''",
        "/v1/traces, application/json, ''",
        "/v1/traces, application/json, {}",
        "/v1/logs, application/json, '{\"resourceLogs\":[]}'"
    })
    void request_empty_isTaken(String path, String contentType, String body) {
        HttpResponse<byte[]> response = client.post(path, contentType, body.getBytes(StandardCharsets.UTF_8));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(contentType.equals(JSON) ? "{}" : "");
    }

    /** Without Content-Length. */
    @Test
    void request_chunked_isTaken() {
        byte[] body = toolSpans("chunked", 5).toByteArray();

        HttpResponse<byte[]> response =
                client.post("/v1/traces", PROTOBUF, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(events("chunked")).hasSize(5);
    }

    @Test
    void record_oneBadOfMany_costsOnlyItself() {
        Span bad = toolSpan("bad", 511)
                .setTraceId(ByteString.copyFromUtf8("fJ4fC0pdTD6PKmsdDpyPeg=="))
                .build();
        ExportTraceServiceRequest.Builder request = toolSpans("bad", 511).toBuilder();
        request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).addSpans(100, bad);

        HttpResponse<byte[]> response = client.protobuf("/v1/traces", request.build());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(OtlpClient.traces(response).getPartialSuccess().getRejectedSpans())
                .isEqualTo(1);
        assertThat(OtlpClient.traces(response).getPartialSuccess().getErrorMessage())
                .isEqualTo("1 rejected: the trace id is a base64 id, not hex");
        assertThat(events("bad")).hasSize(511);
    }

    @Test
    void record_badInJson_isCountedAsAString() {
        HttpResponse<byte[]> response =
                client.json("/v1/logs", CLAUDE.formatted("x").replace("\"body\":", "\"traceId\":\"abc\",\"body\":"));

        assertThat(OtlpClient.json(response).getJsonObject("partialSuccess"))
                .isEqualTo(new JsonObject()
                        .put("rejectedLogRecords", "1")
                        .put("errorMessage", "1 rejected: the trace id is not 32 hexadecimal digits"));
    }

    @Test
    void request_inSnakeCase_isExplained() {
        HttpResponse<byte[]> response = client.json("/v1/traces", "{\"resource_spans\":[{}]}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(OtlpClient.json(response).getJsonObject("partialSuccess").getString("errorMessage"))
                .contains("did you mean resourceSpans?");
    }

    @Test
    void logs_sentToTraces_areToldTheirPath() {
        HttpResponse<byte[]> response = client.json("/v1/traces", CLAUDE.formatted("x"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(OtlpClient.status(response)).contains("/v1/logs");
    }

    @Test
    void spans_withoutIds_areToldThatTheyLookLikeLogs() {
        HttpResponse<byte[]> response = client.protobuf(
                "/v1/traces",
                OtlpClient.request("a", Span.newBuilder().setName("log").build()));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(OtlpClient.status(response)).contains("/v1/logs");
    }

    @Test
    void body_malformed_isRefusedInItsEncoding() {
        HttpResponse<byte[]> protobuf = client.post("/v1/traces", PROTOBUF, new byte[] {0x0A, 0x7F, 1});
        HttpResponse<byte[]> json = client.json("/v1/traces", "{\"resourceSpans\":[");

        assertThat(protobuf.statusCode()).isEqualTo(400);
        assertThat(OtlpClient.contentType(protobuf)).isEqualTo(PROTOBUF);
        assertThat(OtlpClient.status(protobuf)).contains("protobuf");
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(OtlpClient.contentType(json)).isEqualTo(JSON);
        assertThat(OtlpClient.status(json)).contains("JSON");
    }

    @Test
    void body_jsonDeclaredAsProtobuf_isExplained() {
        HttpResponse<byte[]> response =
                client.post("/v1/traces", PROTOBUF, "{\"resourceSpans\":[]}".getBytes(StandardCharsets.UTF_8));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(OtlpClient.status(response)).contains("application/json");
    }

    @Test
    void metrics_any_areTakenAndNotKept() {
        HttpResponse<byte[]> json = client.json("/v1/metrics", "{\"resourceMetrics\":[{}]}");
        HttpResponse<byte[]> protobuf = client.post("/v1/metrics", PROTOBUF, new byte[] {0x0A, 0});

        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(OtlpClient.json(json).getJsonObject("partialSuccess").getMap())
                .containsOnlyKeys("errorMessage");
        assertThat(protobuf.statusCode()).isEqualTo(200);
        assertThat(OtlpClient.traces(protobuf).getPartialSuccess().getErrorMessage())
                .contains("no metrics");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/traces/v1/traces, /v1/traces",
        "/v1/v1/traces, /v1/traces",
        "/v1/v1/logs, /v1/logs",
        "/otlp/v1/logs, /v1/logs",
        "/, /v1/traces",
        "/v1, /v1/logs"
    })
    void path_almostRight_isToldTheRightOne(String path, String right) {
        HttpResponse<byte[]> response = client.protobuf(path, toolSpans("path", 1));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(OtlpClient.contentType(response)).isEqualTo(PROTOBUF);
        assertThat(OtlpClient.status(response)).contains(right);
    }

    @Test
    void path_malformed_isAProblem() {
        RawConnection.Response response = RawConnection.exchange(
                running.client().port(),
                "POST /v1/%zz/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.headers()).containsEntry("content-type", "application/problem+json");
    }

    @Test
    void method_other_isRefused() {
        assertThat(running.client().send("PUT", "/v1/logs").statusCode()).isEqualTo(405);
        assertThat(running.client()
                        .send("PUT", "/v1/logs", "Content-Type", PROTOBUF)
                        .headers()
                        .firstValue("Content-Type"))
                .hasValue(PROTOBUF);
    }

    @Test
    void traces_get_areStillProblems() {
        assertThat(running.client().get("/v1/traces?limit=x").headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
    }

    @Test
    void request_again_isStoredOnce() {
        for (int i = 0; i < 30; i++) {
            assertThat(client.protobuf("/v1/traces", toolSpans("again", 4)).statusCode())
                    .isEqualTo(200);
        }

        assertThat(events("again")).hasSize(4);
    }

    /** Two routes tell the same action differently. */
    @Test
    void event_sameIdWithOtherContent_isNoRejection() {
        client.protobuf("/v1/traces", toolSpans("conflict", 1));

        HttpResponse<byte[]> response = client.protobuf(
                "/v1/traces",
                OtlpClient.request(
                        "conflict",
                        toolSpan("conflict", 0)
                                .setEndTimeUnixNano(1795392101500000000L)
                                .build()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(events("conflict")).hasSize(1);
    }

    @Test
    void agent_ofTheHeader_isThatOfAllEvents() {
        client.protobuf("/v1/traces", toolSpans("unnamed", 2), "X-Sentinel-Agent", "billing-7");

        assertThat(events("billing-7")).hasSize(2);
    }

    @Test
    void agent_ofTheServer_isRejected() {
        HttpResponse<byte[]> response =
                client.protobuf("/v1/traces", toolSpans("x", 2), "X-Sentinel-Agent", "sentinel");

        assertThat(OtlpClient.traces(response).getPartialSuccess().getErrorMessage())
                .contains("reserved");
    }

    /** Of a note, the server says who wrote it. */
    @Test
    void resource_ofNotes_isRejected() {
        HttpResponse<byte[]> response = client.protobuf(
                "/v1/traces",
                OtlpClient.request(
                        "forger",
                        toolSpan("forger", 0)
                                .setName("execute_tool sentinel.note")
                                .setAttributes(1, OtlpClient.attribute("gen_ai.tool.name", "sentinel.note"))
                                .build(),
                        toolSpan("forger", 1).build()));

        assertThat(OtlpClient.traces(response).getPartialSuccess().getErrorMessage())
                .isEqualTo("1 rejected: the resource is reserved for POST /v1/notes");
        assertThat(events("forger")).hasSize(1);
    }

    private JsonArray events(String agent) {
        return running.client()
                .getJson("/v1/agents/" + agent + "/events?limit=1000")
                .getJsonArray("events");
    }

    private JsonArray trace(String trace) {
        return running.client().getJson("/v1/traces/" + trace).getJsonArray("events");
    }
}
