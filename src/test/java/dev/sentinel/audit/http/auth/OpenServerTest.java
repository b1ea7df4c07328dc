package dev.sentinel.audit.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server without authentication, and what web pages and proxies on its machine send to it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenServerTest {
    private static final String LOCAL = "Host: 127.0.0.1:8000";
    private static final String JSON = "Content-Type: application/json";

    private RunningServer open;
    private RunningServer chosen;

    @BeforeAll
    void start(@TempDir Path first, @TempDir Path second) {
        open = RunningServer.start(
                first, Map.of("ALLOWED_HOSTS", "Audit.test", "ALLOWED_ORIGINS", "https://app.example.com"));
        chosen = RunningServer.start(second, Map.of("AUTH", "none"));
    }

    @AfterAll
    void stop() {
        open.close();
        chosen.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8000",
                "app.localhost:1",
                "127.0.0.1",
                "127.8.9.10:8000",
                "[::1]:8000",
                "audit.test",
                "AUDIT.TEST:80"
            })
    void host_ofThisMachineOrListed_isServed(String host) {
        assertThat(get(open, "Host: " + host)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8000",
                "localhost.evil.example",
                "evil-localhost",
                "127.0.0.1.evil.example",
                "10.0.0.1:8000",
                "[fe80::1]",
                "0.0.0.0:8000",
                "2130706433",
                "audit.test.evil.example"
            })
    void host_ofAnother_isRefused(String host) {
        assertThat(get(open, "Host: " + host)).isEqualTo(403);
        assertThat(get(chosen, "Host: " + host)).isEqualTo(200);
    }

    @Test
    void host_missing_isServedForHealthChecks() {
        try (RawConnection client = new RawConnection(open.client().port())) {
            assertThat(client.send("GET /v1/events HTTP/1.0\r\n\r\n").read().status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded: for=192.0.2.1",
                "X-Forwarded-For: 127.0.0.1",
                "x-forwarded-proto: https",
                "X-Forwarded-Server: a",
                "X-Real-IP: 127.0.0.1",
                "Via: 1.1 proxy"
            })
    void request_throughAProxy_saysWhatToConfigure(String field) {
        RawConnection.Response refused = exchange(open, "GET", LOCAL, field);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("API_TOKEN").contains("AUTH=none");
        assertThat(get(chosen, LOCAL, field)).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Origin: null",
        "Origin: https://evil.example",
        "Origin: http://[",
        "Origin: https://127.0.0.1:8443"
    })
    void page_ofAnotherOrigin_isRefused(String field) {
        for (String method : new String[] {"GET", "POST"}) {
            assertThat(exchange(open, method, LOCAL, JSON, field).status())
                    .as(method)
                    .isEqualTo(403);
        }
        assertThat(open.store().status().committed()).isZero();
    }

    @Test
    void page_ofAnotherPort_isRefused() {
        assertThat(get(open, LOCAL, "Origin: http://127.0.0.1:3000")).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Site: none",
                "Origin: http://127.0.0.1:8000",
                "Origin: https://app.example.com",
                "Origin: https://app.example.com\r\nSec-Fetch-Site: cross-site"
            })
    void page_ofThisServerOrListed_isServed(String field) {
        assertThat(get(open, LOCAL, field)).isEqualTo(200);
    }

    /** Authentication that was switched off on purpose does not make every web page a client. */
    @Test
    void page_ofAnotherOrigin_isRefusedWithoutAuthenticationToo() {
        assertThat(get(chosen, "Host: audit.internal", "Origin: https://evil.example"))
                .isEqualTo(403);
        assertThat(get(chosen, "Host: audit.internal", "Sec-Fetch-Site: cross-site"))
                .isEqualTo(403);
        assertThat(get(chosen, "Host: audit.internal", "Origin: https://audit.internal:8443"))
                .as("a proxy may omit the port")
                .isEqualTo(200);
    }

    /** {@code fetch(url, {mode: "no-cors", body: new Blob([...])})} and {@code sendBeacon} send no type. */
    @ParameterizedTest
    @ValueSource(strings = {"Sec-Fetch-Site: same-origin", "Origin: http://127.0.0.1:8000", "User-Agent: Mozilla/5.0"})
    void body_ofABrowserWithoutType_isRefused(String field) {
        assertThat(exchange(open, "POST", LOCAL, field).status()).isEqualTo(415);
    }

    @Test
    void body_ofAnotherClientWithoutType_isStored() {
        assertThat(exchange(chosen, "POST", LOCAL).status()).isEqualTo(201);
    }

    /** A page whose name resolves to loopback reads what this machine may read without a token. */
    @ParameterizedTest
    @CsvSource({
        "evil.example, User-Agent: Mozilla/5.0, 403",
        "127.0.0.1, Sec-Fetch-Site: cross-site, 403",
        "127.0.0.1, User-Agent: Mozilla/5.0, 200",
        "sentinel.internal, User-Agent: Prometheus/3.5, 200"
    })
    void metrics_ofAForeignPage_areRefused(String host, String field, int status) {
        String request = "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n" + field + "\r\n\r\n";
        try (RawConnection client = new RawConnection(open.client().port())) {
            assertThat(client.send(request).read().status()).isEqualTo(status);
        }
    }

    private static int get(RunningServer server, String... fields) {
        return exchange(server, "GET", fields).status();
    }

    private static RawConnection.Response exchange(RunningServer server, String method, String... fields) {
        String body = method.equals("POST") ? SampleEvents.of(UUID.randomUUID()) : "";
        String head = method + " /v1/events HTTP/1.1\r\n" + String.join("\r\n", fields) + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n";
        try (RawConnection client = new RawConnection(server.client().port())) {
            return client.send(head + body).read();
        }
    }
}
