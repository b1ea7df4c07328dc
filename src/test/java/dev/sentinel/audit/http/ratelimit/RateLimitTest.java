package dev.sentinel.audit.http.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of a whole server. They are per hour, so that nothing is refilled while a test runs. */
final class RateLimitTest {
    @TempDir
    private Path directory;

    @Test
    void events_beyondTheLimit_areRefusedAndNotStored() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "2/hour"))) {
            HttpResponse<String> first = post(server, SampleEvents.any());
            assertThat(first.statusCode()).isEqualTo(201);
            assertThat(header(first, "RateLimit-Policy")).isEqualTo("\"events\";q=2;w=3600");
            assertThat(header(first, "RateLimit")).matches("\"events\";r=1;t=1[78]\\d\\d");
            assertThat(post(server, SampleEvents.any()).statusCode()).isEqualTo(201);

            HttpResponse<String> third = post(server, SampleEvents.any());
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(header(third, "Content-Type")).isEqualTo("application/problem+json");
            assertThat(Integer.parseInt(header(third, "Retry-After"))).isBetween(1_700, 1_800);
            assertThat(header(third, "RateLimit")).startsWith("\"events\";r=0;t=");
            assertThat(server.store().status().committed()).isEqualTo(2);
            assertThat(server.client().get("/metrics").body())
                    .contains("sentinel_events_total{outcome=\"limited\"} 1.0");
            assertThat(server.client().get("/v1/events").statusCode())
                    .as("reading")
                    .isEqualTo(200);
        }
    }

    @Test
    void batch_countsItsEvents_allOrNone() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "5/hour"))) {
            assertThat(post(server, batch(3)).statusCode()).isEqualTo(201);
            assertThat(post(server, batch(3)).statusCode()).isEqualTo(429);
            assertThat(server.store().status().committed()).isEqualTo(3);
            assertThat(post(server, batch(2)).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void batch_largerThanTheLimit_getsAReason() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "5/hour"))) {
            HttpResponse<String> response = post(server, batch(6));
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.body()).contains("this batch exceeds it");
            assertThat(header(response, "Retry-After")).isEqualTo("1");
        }
    }

    @Test
    void addresses_haveLimitsOfTheirOwn_onlyIfTheProxyIsTrusted() {
        try (RunningServer server =
                RunningServer.start(directory, Map.of("RATE_LIMIT", "1/hour", "TRUSTED_PROXIES", "127.0.0.1"))) {
            for (int client = 1; client < 4; client++) {
                assertThat(postFor(server, "192.0.2." + client)).isEqualTo(201);
                assertThat(postFor(server, "192.0.2." + client)).isEqualTo(429);
            }
        }
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "1/hour"))) {
            assertThat(postFor(server, "192.0.2.1")).isEqualTo(201);
            assertThat(postFor(server, "192.0.2.2")).isEqualTo(429);
        }
    }

    private static int postFor(RunningServer server, String address) {
        return server.client()
                .post(
                        BodyPublishers.ofString(SampleEvents.any()),
                        "Content-Type",
                        "application/json",
                        "X-Forwarded-For",
                        address)
                .statusCode();
    }

    private static HttpResponse<String> post(RunningServer server, String body) {
        return server.client().post("application/json", body);
    }

    private static String batch(int events) {
        StringBuilder batch = new StringBuilder("[").append(SampleEvents.any());
        for (int i = 1; i < events; i++) {
            batch.append(',').append(SampleEvents.any());
        }
        return batch.append(']').toString();
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
