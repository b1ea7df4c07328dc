package dev.sentinel.audit.forward.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Certificates;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTargetTest {
    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void send_overTls_usesTheNameForSniCertificateAndHost() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        int port = tlsServer(seen);

        HttpAnswer answer = send(target("https://siem.test:" + port));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(seen).containsExactly("sni=siem.test host=siem.test:" + port);
    }

    @Test
    void send_toANameThatTheCertificateDoesNotHave_isDenied() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        int port = tlsServer(seen);

        DeliveryException failure = Failures.of(sent(target("https://elsewhere.test:" + port)));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
        assertThat(failure).hasMessage("the certificate is not valid for this host, or nobody trusts it");
        assertThat(seen).isEmpty();
    }

    @Test
    void send_toACertificateThatNobodyTrusts_isDenied() throws Exception {
        int port = tlsServer(new CopyOnWriteArrayList<>());
        HttpTarget target = new HttpTarget(vertx, Receiver.settings(URI.create("https://siem.test:" + port), Map.of()));

        assertThat(Failures.of(sent(target)).kind()).isEqualTo(DeliveryException.Kind.DENIED);
    }

    @Test
    void send_addressThatMayNotBeReached_connectsToNothing() {
        Receiver receiver = Receiver.answering(vertx, 200);
        Settings settings = new Settings(
                "siem",
                URI.create("http://receiver.test:" + receiver.port()),
                Map.of(),
                (host, port) -> Future.failedFuture(DeliveryException.denied("not " + host)),
                "log",
                "run");

        assertThat(Failures.of(sent(new HttpTarget(vertx, settings)))).hasMessage("not receiver.test");
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void send_nameThatNowLeadsElsewhere_connectsWhereItLeadsNow() {
        Receiver first = Receiver.answering(vertx, 200);
        Receiver second = Receiver.answering(vertx, 201);
        CopyOnWriteArrayList<Integer> ports = new CopyOnWriteArrayList<>(List.of(first.port(), second.port()));
        HttpTarget target = new HttpTarget(
                vertx,
                new Settings(
                        "siem",
                        URI.create("http://receiver.test"),
                        Map.of(),
                        (host, port) ->
                                Future.succeededFuture(SocketAddress.inetSocketAddress(ports.remove(0), "127.0.0.1")),
                        "log",
                        "run"));

        assertThat(send(target).status()).isEqualTo(200);
        assertThat(send(target).status()).isEqualTo(201);
    }

    @Test
    void send_toAnAddressOfIpv6_hasItInBracketsInHost() {
        Receiver receiver = Receiver.answering(vertx, 200);
        HttpTarget target = new HttpTarget(
                vertx, Receiver.settings(URI.create("http://[2001:db8::1]:" + receiver.port()), Map.of()));

        send(target);

        assertThat(receiver.received().get(0).headers().get("Host")).isEqualTo("[2001:db8::1]:" + receiver.port());
    }

    @Test
    void send_redirect_isAnAnswerAndNotFollowed() {
        Receiver elsewhere = Receiver.answering(vertx, 200);
        Receiver receiver = Receiver.start(
                vertx,
                (request, received) -> request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "http://127.0.0.1:" + elsewhere.port() + "/")
                        .end());

        HttpAnswer answer = send(plain(receiver));

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.failure().kind()).isEqualTo(DeliveryException.Kind.DENIED);
        assertThat(elsewhere.received()).isEmpty();
    }

    @Test
    void send_endlessAnswer_isReadUpToTheBound() {
        Receiver receiver = Receiver.start(vertx, (request, received) -> {
            request.response().setChunked(true);
            pour(request.response());
        });

        HttpAnswer answer = send(plain(receiver));

        assertThat(answer.isWhole()).isFalse();
        assertThat(answer.body().length()).isLessThanOrEqualTo(1_000);
    }

    /** Until the client has had enough. */
    private static void pour(io.vertx.core.http.HttpServerResponse response) {
        response.write(Buffer.buffer(new byte[500])).onSuccess(written -> pour(response));
    }

    @Test
    void send_noAnswer_endsInTime() {
        Receiver receiver = Receiver.start(vertx, (request, received) -> {});
        HttpTarget target = new HttpTarget(vertx, receiver.settings("http", "/", Map.of()), Duration.ofMillis(200));

        DeliveryException failure = Failures.of(sent(target));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
        assertThat(failure).hasMessage("no answer in time");
    }

    @Test
    void send_nobodyListens_isTransient() {
        Receiver receiver = Receiver.answering(vertx, 200);
        HttpServer closed = vertx.createHttpServer().requestHandler(request -> {});
        int port = closed.listen(0, "127.0.0.1").await().actualPort();
        closed.close().await();
        assertThat(receiver.port()).isNotEqualTo(port);

        DeliveryException failure = Failures.of(
                sent(new HttpTarget(vertx, Receiver.settings(URI.create("http://a.test:" + port), Map.of()))));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
        assertThat(failure).hasMessageStartingWith("no connection: ");
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "120, PT2M",
        "99999999, PT1H",
        "'Mon, 02 Nov 2026 09:00:30 GMT', PT30S",
        "'Mon, 02 Nov 2026 08:00:30 GMT', ",
        "soon, ",
        "-1, ",
        "9999999999, ",
        ", "
    })
    void retryAfter_header_isReadWithinAnHour(String header, Duration expected) {
        Clock clock = Clock.fixed(Instant.parse("2026-11-02T09:00:00Z"), ZoneOffset.UTC);

        assertThat(HttpAnswer.retryAfter(header, clock).orElse(null)).isEqualTo(expected);
    }

    /** With a certificate for siem.test, which it shows only to those who ask for that name. */
    private int tlsServer(List<String> seen) throws Exception {
        Assumptions.assumeTrue(Certificates.canBeMade(), "openssl is not installed");
        Certificates certificates = new Certificates(directory);
        certificates.authority("ca");
        certificates.issue("default.test", "ca", "subjectAltName=DNS:default.test");
        certificates.issue("siem.test", "ca", "subjectAltName=DNS:siem.test");
        PemKeyCertOptions keys = new PemKeyCertOptions();
        for (String name : List.of("default.test", "siem.test")) {
            keys.addKeyPath(certificates.key(name).toString())
                    .addCertPath(certificates.certificate(name).toString());
        }
        return vertx.createHttpServer(
                        new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(keys))
                .requestHandler(request -> {
                    seen.add(
                            "sni=" + request.connection().indicatedServerName() + " host=" + request.getHeader("Host"));
                    request.response().end();
                })
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    private HttpTarget target(String url) throws Exception {
        String ca = Files.readString(directory.resolve("ca.pem"));
        return new HttpTarget(vertx, Receiver.settings(URI.create(url), Map.of("ca", ca)));
    }

    private HttpTarget plain(Receiver receiver) {
        return new HttpTarget(vertx, receiver.settings("http", "/", Map.of()));
    }

    private static HttpAnswer send(HttpTarget target) {
        return sent(target).await();
    }

    private static Future<HttpAnswer> sent(HttpTarget target) {
        return target.send(HttpMethod.POST, "/", MultiMap.caseInsensitiveMultiMap(), Buffer.buffer("{}"), 1_000);
    }
}
