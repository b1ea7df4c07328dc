package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.ServerProcess;
import io.vertx.core.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sends secrets through every input, and then searches every byte that the server has left anywhere. */
@Timeout(60)
final class RedactionIT {
    private static final String CANARY = "cAnArY7Zq0xW";

    /** Texts that must be found nowhere. */
    private static final List<String> SECRETS = List.of(
            CANARY,
            "4111111111111111",
            "4111 1111 1111 1111",
            "AKIAIOSFODNN7CANARY0",
            "MIIEcanarycanary",
            "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9");

    private static final String METADATA = """
            {"password":"cAnArY7Zq0xW","nested":[{"X-Api-Key":{"deep":["cAnArY7Zq0xW"]}}],"card_no":4111111111111111,\
            "card":"4111 1111 1111 1111",\
            "text":"curl -H 'Authorization: Bearer cAnArY7Zq0xW' x?access_token=cAnArY7Zq0xW",\
            "aws":"AKIAIOSFODNN7CANARY0","jwt_text":"see eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl",\
            "pem":"-----BEGIN PRIVATE KEY-----\\nMIIEcanarycanary\\n-----END PRIVATE KEY-----",\
            "file":"{\\"type\\":\\"service_account\\",\
            \\"private_key\\":\\"-----BEGIN PRIVATE KEY-----\\\\nMIIEcanarycanary\\\\n\\"}",\
            "env":[{"name":"DB_PASSWORD","value":"cAnArY7Zq0xW"}],"argv":["psql","--password","cAnArY7Zq0xW"],\
            "manifest":"env:\\n- name: DB_PASSWORD\\n  value: cAnArY7Zq0xW\\n",\
            "snt_k7f3_cAnArY7Zq0xW9876543":1,"url":"amqp://u:cAnArY7Zq0xW@h/v"}""";

    @TempDir
    private Path directory;

    private final List<String> answers = new ArrayList<>();

    @Test
    void secrets_throughEveryInput_areLeftNowhere() throws Exception {
        List<String> ids =
                Stream.generate(UUID::randomUUID).limit(9).map(UUID::toString).toList();
        try (ServerProcess server = ServerProcess.start(directory, Map.of("LOG_LEVEL", "trace"))) {
            String single = event(ids.get(0), METADATA);
            expect(201, post(server, "application/json", single.getBytes(UTF_8)));
            expect(201, post(server, "application/json", ("[" + event(ids.get(1), METADATA) + "]").getBytes(UTF_8)));
            expect(
                    201,
                    post(
                            server,
                            "application/x-ndjson",
                            event(ids.get(2), METADATA).getBytes(UTF_8)));
            expect(
                    201,
                    post(server, "application/json", gzip(event(ids.get(3), METADATA)), "Content-Encoding", "gzip"));
            // Again with another secret. The server does not store it, so there is no conflict.
            expect(201, post(server, "application/json", single.getBytes(UTF_8)));
            expect(
                    201,
                    post(
                            server,
                            "application/json",
                            single.replace(CANARY, CANARY + "2").getBytes(UTF_8)));
            // Requests that are refused.
            expect(
                    409,
                    post(
                            server,
                            "application/json",
                            single.replace("tool_call", "db_query").getBytes(UTF_8)));
            expect(
                    422,
                    post(
                            server,
                            "application/json",
                            single.replace("tool_call", CANARY).getBytes(UTF_8)));
            expect(422, post(server, "application/json", event(CANARY, METADATA).getBytes(UTF_8)));
            expect(
                    422,
                    post(
                            server,
                            "application/json",
                            single.replace("\"trace_id\":\"t\"", "\"trace_id\":\"AKIAIOSFODNN7CANARY0\"")
                                    .getBytes(UTF_8)));
            expect(
                    422,
                    post(
                            server,
                            "application/json",
                            event(ids.get(4), "{\"snt_k7f3_cAnArY7Zq0xW9876543\":{\"a\":1,\"a\":2}}")
                                    .getBytes(UTF_8)));
            expect(400, post(server, "application/json", (single + CANARY).getBytes(UTF_8)));
            expect(422, post(server, "application/x-ndjson", (single + CANARY).getBytes(UTF_8)));
            expect(415, post(server, "text/" + CANARY, single.getBytes(UTF_8)));
            cloudEvents(server);
            openTelemetry(server);
            answers.add(server.client().get("/v1/events?limit=100").body());
            answers.add(server.client().get("/v1/traces/t").body());
            answers.add(server.client().get("/v1/events/" + ids.get(0)).body());
            answers.add(server.client().get("/metrics").body());

            assertThat(leaks(server)).isEmpty();
            assertThat(server.terminate()).isZero();
            assertThat(leaks(server)).isEmpty();
        }
        assertThat(answers.get(answers.size() - 2))
                .contains("\"rules\":\"5-full\"", "\"/resource\"", "/metadata/password");
    }

    private void openTelemetry(ServerProcess server) {
        String text = Json.encode(METADATA);
        String attributes = "["
                + Stream.of("gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "app.config")
                        .map(key -> attribute(key, text))
                        .collect(Collectors.joining(","))
                + ","
                + attribute("http.request.header.authorization", "\"Bearer cAnArY7Zq0xW\"") + ","
                + attribute("gen_ai.operation.name", "\"execute_tool\"") + ","
                + attribute("gen_ai.tool.name", "\"postgres://app:cAnArY7Zq0xW@db/x\"") + "]";
        String resource = "\"resource\":{\"attributes\":[" + attribute("service.name", "\"svc\"") + ","
                + attribute("deployment.environment.name", "\"password=cAnArY7Zq0xW\"") + "]}";
        String spans = """
                {"resourceSpans":[{%1$s,"scopeSpans":[{"scope":{"name":"token=cAnArY7Zq0xW"},"spans":[{\
                "traceId":"7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a","spanId":"c1b2c3d4e5f60718",\
                "name":"curl -H 'Authorization: Bearer cAnArY7Zq0xW'","attributes":%2$s,\
                "events":[{"name":"exception","attributes":%2$s}],\
                "links":[{"traceId":"7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a","spanId":"c1b2c3d4e5f60719","attributes":%2$s}],\
                "status":{"code":2,"message":"amqp://u:cAnArY7Zq0xW@h/v refused"}}\
                ]}]}]}""".formatted(resource, attributes);
        String logs = """
                {"resourceLogs":[{%s,"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"1795392000120000000",\
                "body":{"stringValue":%s},"attributes":%s}]}]}]}""".formatted(resource, text, attributes);
        expect(200, server.client().postTo("/v1/traces", "application/json", spans));
        expect(200, server.client().postTo("/v1/logs", "application/json", logs));
        answers.add(server.client().get("/v1/sources").body());
        String trace = server.client()
                .get("/v1/traces/7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a")
                .body();
        assertThat(trace).contains("[REDACTED]");
        answers.add(trace);
    }

    private static String attribute(String key, String json) {
        return "{\"key\":\"" + key + "\",\"value\":{\"stringValue\":" + json + "}}";
    }

    private void cloudEvents(ServerProcess server) throws IOException {
        String structured = cloudEvent("c1", "\"data\":" + METADATA);
        expect(201, post(server, "application/cloudevents+json", structured.getBytes(UTF_8)));
        expect(201, post(server, "application/cloudevents+json", gzip(structured), "Content-Encoding", "gzip"));
        expect(
                201,
                post(
                        server,
                        "application/cloudevents-batch+json",
                        ("[" + cloudEvent("c2", "\"data\":" + METADATA) + "]").getBytes(UTF_8)));
        String base64 = Base64.getEncoder().encodeToString(METADATA.getBytes(UTF_8));
        for (String type : new String[] {"application/json", "text/plain", "application/octet-stream"}) {
            String data = "\"datacontenttype\":\"" + type + "\",\"data_base64\":\"" + base64 + '"';
            expect(
                    201,
                    post(
                            server,
                            "application/cloudevents+json",
                            cloudEvent(type, data).getBytes(UTF_8)));
            expect(
                    201,
                    post(
                            server,
                            type,
                            METADATA.getBytes(UTF_8),
                            "ce-specversion",
                            "1.0",
                            "ce-id",
                            "binary " + type,
                            "ce-source",
                            "s",
                            "ce-type",
                            "t",
                            "ce-subject",
                            "postgres://app:cAnArY7Zq0xW@db/x",
                            "ce-authclaims",
                            "{\"password\":\"cAnArY7Zq0xW\"}"));
        }
        expect(
                422,
                post(
                        server,
                        "application/cloudevents+json",
                        cloudEvent("AKIAIOSFODNN7CANARY0", "\"data\":1").getBytes(UTF_8)));
        expect(
                422,
                post(
                        server,
                        "application/cloudevents+json",
                        cloudEvent("c3", "\"data\":1")
                                .replace("\"s\"", "\"amqp://u:cAnArY7Zq0xW@h/v\"")
                                .getBytes(UTF_8)));
    }

    private static String cloudEvent(String id, String more) {
        return """
                {"specversion":"1.0","id":"%s","source":"s","type":"t","subject":"postgres://app:cAnArY7Zq0xW@db/x",\
                "password":"cAnArY7Zq0xW",%s}""".formatted(id, more);
    }

    /** The same search finds the secrets if redaction is off. */
    @Test
    void leaks_withoutRedaction_areFound() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of("REDACTION", "off"))) {
            expect(
                    201,
                    post(
                            server,
                            "application/json",
                            event(UUID.randomUUID().toString(), METADATA).getBytes(UTF_8)));
            assertThat(leaks(server)).hasSizeGreaterThanOrEqualTo(SECRETS.size());
        }
    }

    private List<String> leaks(ServerProcess server) throws IOException {
        List<String> leaks = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                look(Files.readString(file, ISO_8859_1), file.getFileName().toString(), leaks);
            }
        }
        look(server.output(), "output", leaks);
        answers.forEach(answer -> look(answer, "answer", leaks));
        return leaks;
    }

    private static void look(String content, String where, List<String> leaks) {
        SECRETS.stream().filter(content::contains).forEach(secret -> leaks.add(where + ": " + secret));
    }

    private HttpResponse<String> post(ServerProcess server, String type, byte[] body, String... headers) {
        String[] all = Stream.concat(Stream.of("Content-Type", type), Stream.of(headers))
                .toArray(String[]::new);
        return server.client().post(BodyPublishers.ofByteArray(body), all);
    }

    private void expect(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        answers.add(response.body());
    }

    private static String event(String id, String metadata) {
        return """
                {"event_id":"%s","agent_instance_id":"a","trace_id":"t","actor":"agent","action_type":"tool_call",\
                "resource":"postgres://app:cAnArY7Zq0xW@db/x","status":"success",\
                "metadata":%s}""".formatted(id, metadata);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
