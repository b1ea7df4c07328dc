package dev.sentinel.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.Subnet;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uses real connections, which all come from 127.0.0.1. */
final class ClientAddressTest {
    private static Vertx vertx;
    private static HttpServer server;
    private static volatile Function<HttpServerRequest, String> question;

    @BeforeAll
    static void listen() {
        vertx = Vertx.vertx();
        server = vertx.createHttpServer()
                .requestHandler(request -> request.response().end(question.apply(request)))
                .listen(0, "127.0.0.1")
                .await();
    }

    @AfterAll
    static void close() {
        vertx.close().await();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | 127.0.0.1",
                "X-Forwarded-For: 192.0.2.1 | 192.0.2.1",
                "X-Forwarded-For: 198.51.100.9, 192.0.2.1 | 192.0.2.1",
                "X-Forwarded-For: 192.0.2.1, 10.1.2.3 | 192.0.2.1",
                "X-Forwarded-For: 6.6.6.6; X-Forwarded-For: 192.0.2.1, 10.1.2.3 | 192.0.2.1",
                "X-Forwarded-For: 10.9.9.9, 10.1.2.3 | 10.9.9.9",
                "X-Forwarded-For: 6.6.6.6, unknown, 10.1.2.3 | 10.1.2.3",
                "X-Forwarded-For: localhost | 127.0.0.1",
                "X-Forwarded-For: 192.0.2.1:4711 | 192.0.2.1",
                "X-Forwarded-For: 2001:db8::1 | 2001:db8:0:0:0:0:0:1",
                "X-Forwarded-For: ::ffff:192.0.2.1 | 192.0.2.1",
                "X-Real-IP: 192.0.2.1 | 192.0.2.1",
                "X-Real-IP: 6.6.6.6; X-Forwarded-For: 192.0.2.1 | 192.0.2.1",
                "Forwarded: for=192.0.2.1&proto=https | 192.0.2.1",
                "Forwarded: For=\"[2001:db8::1]:4711\" | 2001:db8:0:0:0:0:0:1",
                "Forwarded: for=6.6.6.6, for=192.0.2.1 | 192.0.2.1",
                "Forwarded: for=_hidden | 127.0.0.1",
                "Forwarded: for=6.6.6.6; X-Forwarded-For: 192.0.2.1 | 127.0.0.1",
                "Forwarded: for=192.0.2.1; X-Forwarded-For: 192.0.2.1 | 192.0.2.1"
            })
    void of_trustedProxy_isTheNamedClient(String headers, String expected) throws IOException {
        ClientAddress addresses = trusting("127.0.0.1", "10.0.0.0/8");
        assertThat(ask(request -> String.valueOf(addresses.of(request)), headers))
                .isEqualTo("/" + expected);
    }

    @Test
    void of_untrustedPeer_isThePeerItself() throws IOException {
        ClientAddress addresses = trusting("10.0.0.0/8", "::1");
        assertThat(ask(
                        request -> String.valueOf(addresses.of(request)),
                        "X-Forwarded-For: 192.0.2.1; X-Real-IP: 192.0.2.1; Forwarded: for=192.0.2.1"))
                .isEqualTo("/127.0.0.1");
    }

    @Test
    void isThisMachine_throughProxy_isFalse() throws IOException {
        ClientAddress addresses = trusting();
        assertThat(ask(request -> "" + addresses.isThisMachine(request), null)).isEqualTo("true");
        for (String header :
                List.of("X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1")) {
            assertThat(ask(request -> "" + addresses.isThisMachine(request), header))
                    .isEqualTo("false");
        }
    }

    @Test
    void group_ofIpv6_isItsNetwork() throws IOException {
        assertThat(ClientAddress.group(InetAddress.getByName("2001:db8:1:2:3:4:5:6")))
                .isEqualTo(ClientAddress.group(InetAddress.getByName("2001:db8:1:2::9")))
                .isNotEqualTo(ClientAddress.group(InetAddress.getByName("2001:db8:1:3::9")));
        assertThat(ClientAddress.group(InetAddress.getByName("192.0.2.1"))).isEqualTo("192.0.2.1");
    }

    private static ClientAddress trusting(String... subnets) {
        return new ClientAddress(Stream.of(subnets)
                .map(subnet -> Objects.requireNonNull(Subnet.parse(subnet)))
                .toList());
    }

    /** Headers with semicolons between them; an ampersand stands for a semicolon. */
    private static String ask(Function<HttpServerRequest, String> what, String headers) throws IOException {
        question = what;
        String lines = headers == null
                ? ""
                : String.join("\r\n", Arrays.asList(headers.split("; ", -1))).replace('&', ';') + "\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + lines + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }
}
