package dev.sentinel.audit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RawConnection.Response;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any input is refused with a problem or stored unchanged; nothing fails and nothing hangs. */
class HostileInputTest {
    private static final UUID ID = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");

    /** Fragments that make a JSON text wrong, or almost wrong. */
    private static final List<String> SPLINTERS = List.of(
            "\0",
            "\\u0000",
            "\\ud800",
            "\\udc00\\ud800",
            "\ufeff",
            "\\x",
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "NaN",
            "1e999999999",
            "9".repeat(400),
            "-0",
            "\"event_id\":1,",
            "{\"a\":".repeat(200),
            "[".repeat(2_000),
            "\u2028",
            "\n",
            "/*",
            "//",
            "'",
            "\\",
            "\u0007",
            "\ud83e\udd16");

    private static RunningServer running;

    @BeforeContainer
    static void start() throws IOException {
        Path directory = Files.createTempDirectory("sentinel-hostile");
        directory.toFile().deleteOnExit();
        running = RunningServer.start(directory);
    }

    @AfterContainer
    static void stop() {
        running.close();
    }

    @Property(tries = 1_500)
    void body_any_isRefusedOrStored(
            @ForAll("bodies") byte[] body,
            @ForAll("contentTypes") String contentType,
            @ForAll("encodings") String contentEncoding) {
        String head = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + contentType + "\r\n"
                + contentEncoding + "Content-Length: " + body.length + "\r\n\r\n";
        Response response = exchange(head.getBytes(UTF_8), body);

        boolean ofBatch = response.body().startsWith("{\"captured\":");
        if (response.status() != 201 && !ofBatch) {
            assertRefused(response);
        }
    }

    @Property(tries = 500)
    void target_any_isAnswered(
            @ForAll("targets") String target, @ForAll("methods") String method, @ForAll("bodies") byte[] body) {
        String head =
                method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n";
        Response response = exchange(head.getBytes(UTF_8), body);

        if (response.status() >= 400) {
            assertRefused(response);
        }
    }

    @Property(tries = 300)
    void agent_anyName_isFoundByIt(@ForAll("names") String agent) {
        UUID id = UUID.randomUUID();
        JsonObject event = new JsonObject(SampleEvents.of(id)).put("agent_instance_id", agent);
        assertThat(running.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);

        String path = URLEncoder.encode(agent, UTF_8).replace("+", "%20");
        JsonArray events = running.client()
                .getJson("/v1/agents/" + path + "/events?limit=1000")
                .getJsonArray("events");

        assertThat(events.stream().map(found -> ((JsonObject) found).getString("event_id")))
                .contains(id.toString());
    }

    private static Response exchange(byte[] head, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head);
        request.writeBytes(body);
        return RawConnection.exchange(running.client().port(), request.toByteArray());
    }

    private static void assertRefused(Response response) {
        assertThat(response.status()).as(response.body()).isBetween(400, 499);
        // A path that is almost one of OTLP is answered as OTLP is: with a google.rpc.Status.
        boolean otlp = "application/json".equals(response.headers().get("content-type"));
        if (!otlp) {
            assertThat(response.headers()).containsEntry("content-type", "application/problem+json");
        }
        if (!response.body().isEmpty()) {
            assertThat(new JsonObject(response.body()).getString(otlp ? "message" : "detail"))
                    .isNotBlank();
        }
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        return Arbitraries.oneOf(splintered(), bent(), noise);
    }

    /** Valid texts with an inserted fragment, or with a fragment instead of the rest. */
    private static Arbitrary<byte[]> splintered() {
        return Combinators.combine(
                        Arbitraries.of(texts()),
                        Arbitraries.of(SPLINTERS),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.of(true, false))
                .as((text, splinter, where, rest) -> {
                    int at = (int) (where * text.length());
                    return (text.substring(0, at) + splinter + (rest ? text.substring(at) : "")).getBytes(UTF_8);
                });
    }

    /** Valid texts with one byte changed. */
    private static Arbitrary<byte[]> bent() {
        return Combinators.combine(
                        Arbitraries.of(texts()), Arbitraries.integers().between(0, 1_000), Arbitraries.bytes())
                .as((text, where, value) -> {
                    byte[] bytes = text.getBytes(UTF_8);
                    byte[] bent = Arrays.copyOf(bytes, bytes.length);
                    bent[where % bent.length] = value;
                    return bent;
                });
    }

    private static List<String> texts() {
        String event = SampleEvents.with(ID, "{\"text\":\"Größe\",\"n\":[1,2.5e3,null,true]}");
        return List.of(event, "[" + event + "," + event + "]", event + "\n" + event + "\n");
    }

    @Provide
    Arbitrary<String> contentTypes() {
        return Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.of("application/json", "application/x-ndjson")),
                Tuple.of(
                        1,
                        Arbitraries.strings()
                                .ascii()
                                .excludeChars('\r', '\n', '\0')
                                .ofMaxLength(40)));
    }

    @Provide
    Arbitrary<String> encodings() {
        return Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.just("")),
                Tuple.of(1, Arbitraries.of("Content-Encoding: gzip\r\n", "Content-Encoding: br\r\n")));
    }

    @Provide
    Arbitrary<String> methods() {
        return Arbitraries.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X-Y_Z");
    }

    @Provide
    Arbitrary<String> targets() {
        Arbitrary<String> piece = Arbitraries.of(
                "/",
                "v1",
                "events",
                "agents",
                "traces",
                "docs",
                "health",
                "..",
                ".",
                "%2F",
                "%2e%2e",
                "%00",
                "%zz",
                "%C3",
                "%F0%9F%A4%96",
                "?",
                "&",
                "=",
                "limit=5",
                "q=",
                "cursor=",
                "from=",
                "#",
                ";",
                ":",
                "*",
                "\\",
                "<script>",
                ID.toString());
        return piece.list().ofMaxSize(12).map(pieces -> "/" + String.join("", pieces));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .all()
                .excludeChars('\0')
                .ofMinLength(1)
                .ofMaxLength(60)
                .filter(name -> name.equals(new String(name.getBytes(UTF_8), UTF_8)));
    }
}
