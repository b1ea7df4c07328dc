package dev.sentinel.audit.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CrossOriginTest {
    private static final String ORIGIN = "https://app.example.com";

    @TempDir
    private Path directory;

    @Test
    void preflight_ofAllowedOrigin_needsNoToken() {
        try (RunningServer server = server(ORIGIN)) {
            String answer = preflight(server, ORIGIN);
            assertThat(answer)
                    .startsWith("204")
                    .containsIgnoringCase("access-control-allow-origin=" + ORIGIN)
                    .containsIgnoringCase("authorization")
                    .containsIgnoringCase("access-control-max-age=600")
                    .doesNotContainIgnoringCase("access-control-allow-credentials");
        }
    }

    @Test
    void preflight_ofOtherOrigin_isNotAllowed() {
        try (RunningServer server = server(ORIGIN)) {
            for (String other : new String[] {"https://app.example.com.evil.test", "http://app.example.com", "null"}) {
                assertThat(preflight(server, other)).doesNotContainIgnoringCase("access-control-allow");
            }
        }
    }

    @Test
    void answers_toAllowedOrigin_showTheirHeaders() {
        try (RunningServer server = server(ORIGIN)) {
            assertThat(get(server, ORIGIN))
                    .containsIgnoringCase("access-control-allow-origin=" + ORIGIN)
                    .containsIgnoringCase("access-control-expose-headers=")
                    .containsIgnoringCase("vary=origin");
            assertThat(get(server, "https://evil.test"))
                    .doesNotContainIgnoringCase("access-control-allow")
                    .containsIgnoringCase("vary=origin");
        }
    }

    /** A cached response for one origin must not be used for another. */
    @Test
    void filesToAllowedOrigin_differByEncodingAndOrigin() {
        try (RunningServer server = server(ORIGIN)) {
            assertThat(server.client()
                            .get("/openapi.json", "Origin", ORIGIN)
                            .headers()
                            .allValues("Vary"))
                    .containsExactlyInAnyOrder("origin", "accept-encoding");
        }
    }

    @Test
    void star_allowsEveryOrigin() {
        try (RunningServer server = server("*")) {
            assertThat(get(server, "https://any.test")).containsIgnoringCase("access-control-allow-origin=*");
        }
    }

    @Test
    void nothingConfigured_allowsNone() {
        try (RunningServer server = RunningServer.start(directory, Map.of("API_TOKEN", "x"))) {
            assertThat(preflight(server, ORIGIN)).doesNotContainIgnoringCase("access-control-allow");
        }
    }

    private RunningServer server(String origins) {
        return RunningServer.start(directory, Map.of("ALLOWED_ORIGINS", origins, "API_TOKEN", "x"));
    }

    private static String preflight(RunningServer server, String origin) {
        return exchange(
                server,
                "OPTIONS /v1/events HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
                        + "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n"
                        + "Connection: close\r\n\r\n");
    }

    private static String get(RunningServer server, String origin) {
        return exchange(
                server,
                "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
                        + "\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n");
    }

    private static String exchange(RunningServer server, String request) {
        RawConnection.Response response =
                RawConnection.exchange(server.client().port(), request.getBytes(StandardCharsets.US_ASCII));
        return response.status() + " " + response.headers();
    }
}
