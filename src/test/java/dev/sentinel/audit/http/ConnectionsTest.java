package dev.sentinel.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.Within;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that hold connections. */
@Timeout(60)
final class ConnectionsTest {
    private static final Within WITHIN = Within.seconds(20);
    private static final String PING = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir
    private Path directory;

    @Test
    void connections_tooMany_areClosedAndTheOthersStayOpen() {
        try (RunningServer server = RunningServer.start(directory, Map.of("MAX_CONNECTIONS", "5"))) {
            List<RawConnection> held = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                RawConnection connection = connect(server);
                assertThat(connection.send(PING).read().status()).isEqualTo(200);
                held.add(connection);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(isRefused(server)).isTrue();
            }
            held.forEach(connection ->
                    assertThat(connection.send(PING).read().status()).isEqualTo(200));
            held.remove(0).close();
            WITHIN.until("a place is free again", () -> !isRefused(server));
            held.forEach(RawConnection::close);
        }
    }

    @Test
    void head_sentTooSlowly_isClosed() throws Exception {
        try (RunningServer server = RunningServer.start(directory, Map.of("IDLE_TIMEOUT", "1s"));
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), server.client().port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nX-".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(100);
            long started = System.nanoTime();
            // A byte every 100 ms: no two are a second apart.
            while (!hasEnded(socket)) {
                assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(10));
            }
        }
    }

    @Test
    void answer_readTooSlowly_isClosed() throws Exception {
        Map<String, String> environment = Map.of("ANSWER_TIMEOUT", "1s");
        try (RunningServer server = RunningServer.start(directory, environment);
                Socket socket = new Socket()) {
            String metadata = "{\"a\":\"" + "x".repeat(60_000) + "\"}";
            String batch = String.join(
                    "\n",
                    Stream.generate(() -> SampleEvents.with(UUID.randomUUID(), metadata))
                            .limit(100)
                            .toList());
            assertThat(server.client().post("application/x-ndjson", batch).statusCode())
                    .isEqualTo(201);
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.client().port()));
            // More answers than the buffers of both sides hold.
            String request = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.repeat(8).getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read())
                    .as("the first byte of an answer")
                    .isPositive();
            // Reads nothing more until the server has timed out; then only the buffered bytes and the end follow.
            WITHIN.until(
                    "its connection is gone",
                    () -> server.client().get("/metrics").body().contains("sentinel_connections 1.0"));
            assertThat(bytesUntilTheEnd(socket)).isLessThan(8 * 2_000_000);
        }
    }

    /** True if the server has ended the connection; sends one more byte of the head otherwise. */
    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            InputStream in = socket.getInputStream();
            if (in.read() < 0) {
                return true;
            }
            throw new AssertionError("an answer to half a request");
        } catch (SocketTimeoutException e) {
            try {
                socket.getOutputStream().write('x');
                return false;
            } catch (SocketException closed) {
                return true;
            }
        } catch (SocketException reset) {
            return true;
        }
    }

    private static long bytesUntilTheEnd(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes().length;
        } catch (SocketException reset) {
            return 0;
        }
    }

    private static boolean isRefused(RunningServer server) {
        try (RawConnection connection = connect(server)) {
            connection.send(PING);
            return connection.isClosedByServer();
        } catch (UncheckedIOException reset) {
            return true;
        }
    }

    private static RawConnection connect(RunningServer server) {
        return new RawConnection(server.client().port());
    }
}
