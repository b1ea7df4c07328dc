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

    /** It would be sent again and again, if it were a 429. */
    @Test
    void batch_largerThanTheLimit_isTooLarge() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "5/hour"))) {
            HttpResponse<String> response = post(server, batch(6));
            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(response.body()).contains("at most 5 events", "5/hour");
            assertThat(post(server, batch(4)).statusCode())
                    .as("a refused KiB costs one")
                    .isEqualTo(201);
        }
    }

    /** Two batches of 30 KB are decoded for nothing; the rest is refused unread. */
    @Test
    void refusedWork_costsEvents() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "50/hour"))) {
            String tooMany = batch(51) + " ".repeat(20_000);
            int read = 0;
            while (read < 10 && post(server, tooMany).statusCode() == 413) {
                read++;
            }
            HttpResponse<String> refused = post(server, SampleEvents.any());

            assertThat(read).isEqualTo(2);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(header(refused, "Retry-After")))
                    .as("at most a period of debt")
                    .isLessThanOrEqualTo(3_600);
        }
    }

    @Test
    void body_malformedAndLarge_costsEvents() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "50/hour"))) {
            assertThat(post(server, "{" + " ".repeat(60_000)).statusCode()).isEqualTo(400);
            assertThat(post(server, SampleEvents.any()).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void bytes_moreThanTheDailyLimit_areRefused() {
        String event = SampleEvents.any();
        try (RunningServer server = RunningServer.start(directory, Map.of("DAILY_BYTES", "2000"))) {
            assertThat(post(server, event + " ".repeat(1_500 - event.length())).statusCode())
                    .isEqualTo(201);
            HttpResponse<String> refused = post(server, event + " ".repeat(1_500 - event.length()));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("DAILY_BYTES");
            // 1,000 bytes are missing: half a day.
            assertThat(Integer.parseInt(header(refused, "Retry-After"))).isBetween(43_000, 43_200);
            assertThat(post(server, event).statusCode()).as("it fits").isEqualTo(201);
            assertThat(post(server, " ".repeat(2_001)).statusCode()).as("never").isEqualTo(413);
        }
    }

    @Test
    void queries_moreThanTheLimit_areRefusedAndSendingIsNot() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "12/hour"))) {
            assertThat(server.client().get("/v1/events/export").statusCode())
                    .as("counts as ten")
                    .isEqualTo(200);
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(200);
            assertThat(server.client().send("HEAD", "/v1/agents").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = server.client().get("/v1/stats");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(header(refused, "Retry-After"))).isBetween(250, 300);
            assertThat(post(server, SampleEvents.any()).statusCode()).isEqualTo(201);
            assertThat(server.client().get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    /** Routes ignore a slash at the end. */
    @Test
    void export_withASlashAtTheEnd_countsAsTen() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "12/hour"))) {
            assertThat(server.client().get("/v1/events/export/").statusCode()).isEqualTo(200);
            assertThat(server.client().get("/v1/events/export/").statusCode()).isEqualTo(429);
        }
    }

    /** A limit of one. */
    @Test
    void export_limitBelowItsCost_isPossible() {
        try (RunningServer server = RunningServer.start(directory, Map.of("RATE_LIMIT", "1/hour"))) {
            assertThat(server.client().get("/v1/events/export").statusCode()).isEqualTo(200);
            assertThat(server.client().get("/v1/events/export").statusCode()).isEqualTo(429);
        }
    }

    @Test
    void addresses_haveLimitsOfTheirOwn_onlyIfTheProxyIsTrusted() {
        try (RunningServer server = RunningServer.start(
                directory, Map.of("AUTH", "none", "RATE_LIMIT", "1/hour", "TRUSTED_PROXIES", "127.0.0.1"))) {
            for (int client = 1; client < 4; client++) {
                assertThat(postFor(server, "192.0.2." + client)).isEqualTo(201);
                assertThat(postFor(server, "192.0.2." + client)).isEqualTo(429);
            }
        }
        try (RunningServer server = RunningServer.start(directory, Map.of("AUTH", "none", "RATE_LIMIT", "1/hour"))) {
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
