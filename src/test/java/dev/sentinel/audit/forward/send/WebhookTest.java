package dev.sentinel.audit.forward.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import dev.sentinel.audit.forward.format.BatchFormat;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String NEXT_SECRET = "whsec_bXktbmV4dC1zZWNyZXQtdGhhdC1pcy1sb25nLWVub3VnaA==";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    /** The example of the specification's own libraries. */
    @Test
    void sign_publishedExample_hasThePublishedSignature() {
        byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

        assertThat(WebhookSecret.parse(SECRET).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void deliver_batch_isVerifiedByTheLibraryOfTheSpecification() throws Exception {
        Receiver receiver = Receiver.answering(vertx, 204);
        Batch batch = SampleBatches.random(11, 41_822, 30);

        Delivery delivery =
                open(receiver, Map.of("secret", SECRET)).deliver(batch).await();

        assertThat(delivery).isEqualTo(new Delivery.Done("HTTP 204"));
        Receiver.Received received = receiver.received().get(0);
        new com.standardwebhooks.Webhook(SECRET).verify(received.body(), headers(received));
        assertThat(received.headers().get("webhook-id")).isEqualTo("siem:41822-41852:run-1");
        assertThat(received.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(received.body()).contains(EventWriter.toJson(batch.events().get(29)));
    }

    @Test
    void deliver_twoSecrets_isVerifiedWithEither() {
        Receiver receiver = Receiver.answering(vertx, 200);

        open(receiver, Map.of("secret", NEXT_SECRET, "previous_secret", SECRET))
                .deliver(SampleBatches.usual(0, 1))
                .await();

        Receiver.Received received = receiver.received().get(0);
        for (String secret : List.of(SECRET, NEXT_SECRET)) {
            assertThatCode(() -> new com.standardwebhooks.Webhook(secret).verify(received.body(), headers(received)))
                    .doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> new com.standardwebhooks.Webhook("whsec_" + "A".repeat(32))
                        .verify(received.body(), headers(received)))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void deliver_again_hasTheSameId() {
        Receiver receiver = Receiver.answering(vertx, 503);
        Destination destination = open(receiver, Map.of());
        Batch batch = SampleBatches.usual(7, 2);

        Failures.of(destination.deliver(batch));
        Failures.of(destination.deliver(batch));

        assertThat(receiver.received())
                .extracting(received -> received.headers().get("webhook-id"))
                .containsExactly("siem:7-9:run-1", "siem:7-9:run-1");
    }

    @Test
    void deliver_withGzip_signsWhatIsInside() throws Exception {
        Receiver receiver = Receiver.answering(vertx, 200);

        open(receiver, Map.of("secret", SECRET, "gzip", "true"))
                .deliver(SampleBatches.usual(0, 50))
                .await();

        Receiver.Received received = receiver.received().get(0);
        assertThat(received.headers().get("Content-Encoding")).isEqualTo("gzip");
        assertThat(Integer.parseInt(received.headers().get("Content-Length")))
                .isLessThan(received.body().length() / 2);
        new com.standardwebhooks.Webhook(SECRET).verify(received.body(), headers(received));
    }

    @Test
    void deliver_withHeadersAndQuery_sendsThem() {
        Receiver receiver = Receiver.answering(vertx, 202);
        Map<String, String> options =
                Map.of("headers", "DD-API-KEY: abc\nX-Team: a b: c\n", "query", "ddsource=sentinel&x=%20");

        Destination destination = new WebhookType().open(receiver.settings("http", "/api/v2/logs/", options), vertx);
        destination.deliver(SampleBatches.usual(0, 1)).await();

        Receiver.Received received = receiver.received().get(0);
        assertThat(received.uri()).isEqualTo("/api/v2/logs/?ddsource=sentinel&x=%20");
        assertThat(received.headers().get("DD-API-KEY")).isEqualTo("abc");
        assertThat(received.headers().get("X-Team")).isEqualTo("a b: c");
    }

    @Test
    void deliver_urlWithoutAPath_goesToItsRoot() {
        Receiver receiver = Receiver.answering(vertx, 200);

        new WebhookType()
                .open(receiver.settings("http", "", Map.of("query", "a=b")), vertx)
                .deliver(SampleBatches.usual(0, 1))
                .await();

        assertThat(receiver.received().get(0).uri()).isEqualTo("/?a=b");
    }

    static Stream<String> formats() {
        return BatchFormat.NAMES.stream();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void deliver_inEachFormat_holdsTheEvents(String format) {
        Receiver receiver = Receiver.answering(vertx, 200);
        Batch batch = SampleBatches.usual(0, 3);

        open(receiver, Map.of("format", format)).deliver(batch).await();

        assertThat(receiver.received().get(0).body())
                .contains(batch.events().stream()
                        .map(event -> event.event().eventId().toString())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void deliver_refusingStatus_isRefused(int status) {
        Destination destination = open(Receiver.answering(vertx, status), Map.of());

        assertThat(destination.deliver(SampleBatches.usual(0, 2)).await())
                .isEqualTo(new Delivery.Refused(Delivery.Refused.UNKNOWN, "HTTP " + status));
    }

    @ParameterizedTest
    @CsvSource({
        "301, DENIED",
        "302, DENIED",
        "307, DENIED",
        "308, DENIED",
        "401, DENIED",
        "403, DENIED",
        "404, DENIED",
        "405, DENIED",
        "410, DENIED",
        "415, DENIED",
        "408, TRANSIENT",
        "425, TRANSIENT",
        "429, TRANSIENT",
        "500, TRANSIENT",
        "502, TRANSIENT",
        "503, TRANSIENT",
        "504, TRANSIENT",
        "599, TRANSIENT"
    })
    void deliver_failingStatus_saysWhatToDo(int status, DeliveryException.Kind kind) {
        Destination destination = open(Receiver.answering(vertx, status), Map.of());

        DeliveryException failure = Failures.of(destination.deliver(SampleBatches.usual(0, 1)));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageStartingWith("HTTP " + status);
    }

    @Test
    void deliver_retryAfter_isPassedOn() {
        Receiver receiver = Receiver.start(
                vertx,
                (request, received) -> request.response()
                        .setStatusCode(429)
                        .putHeader("Retry-After", "17")
                        .end("secret text"));

        DeliveryException failure = Failures.of(open(receiver, Map.of()).deliver(SampleBatches.usual(0, 1)));

        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(17));
        assertThat(failure).hasMessage("HTTP 429");
    }

    @Test
    void test_postsABatchWithoutEventsTheSameWay() throws Exception {
        Receiver receiver = Receiver.answering(vertx, 200);

        open(receiver, Map.of("secret", SECRET)).test().await();

        Receiver.Received received = receiver.received().get(0);
        new com.standardwebhooks.Webhook(SECRET).verify(received.body(), headers(received));
        assertThat(received.body()).contains("\"type\":\"test\"", "\"events\":[]");
    }

    @ParameterizedTest
    @CsvSource({"400, DENIED", "422, DENIED", "401, DENIED", "404, DENIED", "302, DENIED", "503, TRANSIENT"})
    void test_failingStatus_failsAsDeliveriesDo(int status, DeliveryException.Kind kind) {
        assertThat(Failures.of(open(Receiver.answering(vertx, status), Map.of()).test())
                        .kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "secret, hunter2",
        "secret, whsec_c2hvcnQ=",
        "secret, whsec_***",
        "format, xml",
        "version, 1.7.0",
        "gzip, yes",
        "headers, no colon",
        "headers, Host: elsewhere",
        "headers, webhook-id: 1",
        "headers, Content-Length: 1",
        "query, a b",
        "ca, certificate"
    })
    void open_wrongOption_namesItAndNotItsSecret(String option, String value) {
        assertThatThrownBy(() -> new WebhookType()
                        .open(Receiver.settings(URI.create("https://a.test/"), Map.of(option, value)), vertx))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option)
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("elsewhere");
    }

    @Test
    void open_tooManyHeaders_isRefused() {
        StringBuilder headers = new StringBuilder();
        for (int i = 0; i < 21; i++) {
            headers.append("X-").append(i).append(": 1\n");
        }

        assertThatThrownBy(() -> CustomHeaders.parse(headers.toString())).hasMessageContaining("at most 20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:password@a.test/",
                "https:///path",
                "https://a.test/#top",
                "https://a.test/?x=password",
                "https://a_b/"
            })
    void open_urlThatMakesNoSense_isRefused(String url) {
        assertThatThrownBy(() -> new WebhookType().open(Receiver.settings(URI.create(url), Map.of()), vertx))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("password");
    }

    private Destination open(Receiver receiver, Map<String, String> options) {
        return new WebhookType().open(receiver.settings("http", "/hook", options), vertx);
    }

    private static HttpHeaders headers(Receiver.Received received) {
        Map<String, List<String>> all = new HashMap<>();
        received.headers()
                .forEach((name, value) ->
                        all.computeIfAbsent(name, key -> new ArrayList<>()).add(value));
        return HttpHeaders.of(all, (name, value) -> true);
    }
}
