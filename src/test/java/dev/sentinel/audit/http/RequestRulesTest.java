package dev.sentinel.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RawConnection.Response;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ops.metrics.LogLines;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that no HTTP client would send, and clients that close one side of their connection. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class RequestRulesTest {
    private static final String POST = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n";
    private static final String PING = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private RunningServer running;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory);
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /health/live HTTP/1.1\\r\\n\\r\\n|400",
                "GET /health/live HTTP/1.1\\r\\nHost: a b\\r\\n\\r\\n|400",
                "GET /health/live HTTP/1.1\\r\\nHost: [::1\\r\\n\\r\\n|400",
                "GET /health/live HTTP/1.1\\r\\nHost: x:99999\\r\\n\\r\\n|400",
                "GET /health/live HTTP/1.1\\r\\nHost: x\\r\\nHost: y\\r\\n\\r\\n|400",
                "GET /health/live HTTP/1.1\\r\\nHost: x\\r\\nHost: x\\r\\n\\r\\n|400",
                "GET /health/live HTTP/1.0\\r\\nHost: x\\r\\nHost: x\\r\\n\\r\\n|400",
                "GET ?x HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n|400",
                "GET x HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n|400",
                "CONNECT x:80 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n|400",
                "GET /health/live HTTP/1.0\\r\\n\\r\\n|200",
                "GET /health/live HTTP/1.1\\r\\nHost:\\r\\n\\r\\n|200",
                "GET http://x HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n|200",
                "HEAD http://x/health/live?y HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n|200",
                "HEAD http://x/ HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n|200",
                "OPTIONS * HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n|404",
            })
    void head_odd_isAnsweredWithoutAnErrorLine(String request, int status) {
        try (LogLines log = new LogLines(ErrorHandler.class);
                RawConnection connection = connect()) {
            Response response = connection.send(request.translateEscapes()).read();

            assertThat(response.status()).as(response.body()).isEqualTo(status);
            assertThat(log.all()).isEmpty();
            if (status == 400) {
                assertThat(response.headers()).containsEntry("content-type", "application/problem+json");
                assertThat(connection.isClosedByServer()).isTrue();
            }
        }
    }

    /** A proxy may have taken the rest for a part of the body. */
    @Test
    void contentLengthAndTransferEncoding_bothGiven_isTheLastRequestOfItsConnection() {
        String event = SampleEvents.any();
        try (RawConnection connection = connect()) {
            connection.send(POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(event.length()) + "\r\n" + event + "\r\n0\r\n\r\n" + PING);

            assertThat(connection.read().status()).isEqualTo(201);
            assertThat(connection.isClosedByServer())
                    .as("nothing else is answered")
                    .isTrue();
        }
    }

    @Test
    void transferEncoding_alone_keepsTheConnection() {
        String event = SampleEvents.any();
        try (RawConnection connection = connect()) {
            connection.send(POST + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(event.length()) + "\r\n"
                    + event + "\r\n0\r\n\r\n" + PING);

            assertThat(connection.read().status()).isEqualTo(201);
            assertThat(connection.read().status()).isEqualTo(200);
        }
    }

    @Test
    void halfClosed_requestsSent_areAnsweredAndTheConnectionEnds() {
        String event = SampleEvents.any();
        try (RawConnection connection = connect()) {
            connection
                    .send(POST + "Content-Length: " + event.length() + "\r\n\r\n" + event + PING + PING)
                    .endOutput();

            assertThat(connection.read().status()).isEqualTo(201);
            assertThat(connection.read().status()).isEqualTo(200);
            assertThat(connection.read().status()).isEqualTo(200);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void halfClosed_idle_isClosedAtOnce() {
        try (RawConnection connection = connect()) {
            assertThat(connection.send(PING).read().status()).isEqualTo(200);
            long began = System.nanoTime();
            connection.endOutput();

            assertThat(connection.isClosedByServer()).isTrue();
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(1));
        }
    }

    /** The rest of the body will never arrive. */
    @Test
    void halfClosed_bodyIncomplete_isClosed() {
        try (RawConnection connection = connect()) {
            connection.send(POST + "Content-Length: 100\r\n\r\n{").endOutput();

            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    private RawConnection connect() {
        return new RawConnection(running.client().port());
    }
}
