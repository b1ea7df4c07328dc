package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The URL of a server may have a path. */
final class EndpointPathTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "/, ''", "/sentinel, /sentinel", "/tools/~audit/, /tools/~audit"})
    void endpoint_withAPath_isThePrefixOfEveryRequest(String path, String prefix) throws Exception {
        try (AuditClient audit = AuditClient.builder()
                .endpoint("http://127.0.0.1:" + server.getAddress().getPort() + path)
                .agentInstanceId("tester")
                .build()) {
            audit.record(event -> event.traceId("t").toolCall("web_search"));
            assertThat(audit.flush(TIMEOUT)).isTrue();
            // The rules of redaction are asked for in the background.
            assertThat(List.of(next(), next()))
                    .containsExactlyInAnyOrder("POST " + prefix + "/v1/events", "GET " + prefix + "/v1/redaction");
        }
    }

    private String next() throws InterruptedException {
        return String.valueOf(requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        boolean events = exchange.getRequestMethod().equals("POST");
        exchange.getRequestBody().readAllBytes();
        byte[] body = (events ? "{\"captured\":1,\"duplicate\":0,\"rejected\":[]}" : "{}").getBytes(UTF_8);
        exchange.sendResponseHeaders(events ? 201 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
