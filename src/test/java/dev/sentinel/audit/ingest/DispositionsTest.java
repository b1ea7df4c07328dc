package dev.sentinel.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.ingest.IngestMetrics.Disposition;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks the invariant of {@link IngestMetrics} for every disposition of an event: after each request, the sum over all
 * outcomes has grown by exactly the number of received events.
 */
@Timeout(60)
final class DispositionsTest {
    private static final String TOKEN = "the-token-of-this-test";
    private static final int MAX_IN_FLIGHT = 10;
    private static final String INVALID = "{\"event_id\":\"" + UUID.randomUUID() + "\"}";

    @TempDir
    private Path directory;

    /** The real store, unless a test changes the answer to its appends. */
    private static final class ChangedAppender implements EventAppender {
        private final EventAppender real;
        private volatile UnaryOperator<Future<List<Outcome>>> change = UnaryOperator.identity();

        ChangedAppender(EventAppender real) {
            this.real = real;
        }

        @Override
        public Future<List<Outcome>> append(List<AuditEvent> events) {
            return change.apply(Future.succeededFuture(List.of())).compose(now -> real.append(events));
        }

        @Override
        public int parallelAppends() {
            return real.parallelAppends();
        }

        @Override
        public Optional<Context> writerContext() {
            return real.writerContext();
        }
    }

    private ChangedAppender appender;
    private KeyToken billing;
    private KeyToken limited;
    private RunningServer server;
    private Map<Disposition, Long> before;

    @BeforeEach
    void start() {
        start("500ms");
    }

    private void start(String admissionWait) {
        billing = TestKeys.make(directory, Set.of(Scope.INGEST), "billing-", null, null);
        limited = TestKeys.make(directory, Set.of(Scope.INGEST), "", new RateLimit(2, Duration.ofHours(1)), null);
        Map<String, String> environment = Map.of(
                "API_TOKEN",
                TOKEN,
                "MAX_BATCH_EVENTS",
                Integer.toString(MAX_IN_FLIGHT),
                "MAX_IN_FLIGHT_EVENTS",
                Integer.toString(MAX_IN_FLIGHT),
                "ADMISSION_WAIT",
                admissionWait);
        server = RunningServer.appendingThrough(real -> appender = new ChangedAppender(real), directory, environment);
        before = counts();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void stored_countsOnceAsCapturedDuplicateOrConflict() {
        UUID id = UUID.randomUUID();

        assertThat(post(SampleEvents.of(id)).statusCode()).isEqualTo(201);
        assertCounted(Map.of(Disposition.CAPTURED, 1));

        assertThat(post(SampleEvents.of(id)).statusCode()).isEqualTo(201);
        assertCounted(Map.of(Disposition.DUPLICATE, 1));

        assertThat(post(SampleEvents.with(id, "{\"other\":true}")).statusCode()).isEqualTo(409);
        assertCounted(Map.of(Disposition.CONFLICT, 1));

        UUID twice = UUID.randomUUID();
        String mixed = batch(
                SampleEvents.of(id),
                SampleEvents.with(id, "{\"other\":true}"),
                SampleEvents.of(twice),
                SampleEvents.of(twice),
                SampleEvents.any(),
                INVALID);
        assertThat(post(mixed).statusCode()).isEqualTo(207);
        assertCounted(Map.of(
                Disposition.CAPTURED, 2,
                Disposition.DUPLICATE, 2,
                Disposition.CONFLICT, 1,
                Disposition.REJECTED, 1));
    }

    @Test
    void rejected_countsWhatBreaksTheContractAndWhatTheKeyMayNotSend() {
        assertThat(post(INVALID).statusCode()).isEqualTo(422);
        assertCounted(Map.of(Disposition.REJECTED, 1));

        assertThat(post(batch(INVALID, INVALID)).statusCode()).isEqualTo(422);
        assertCounted(Map.of(Disposition.REJECTED, 2));

        assertThat(post(billing.text(), SampleEvents.any()).statusCode()).isEqualTo(403);
        assertCounted(Map.of(Disposition.REJECTED, 1));

        String own = new JsonObject(SampleEvents.any())
                .put("agent_instance_id", "billing-1")
                .encode();
        assertThat(post(billing.text(), batch(own, SampleEvents.any(), INVALID)).statusCode())
                .isEqualTo(207);
        assertCounted(Map.of(Disposition.CAPTURED, 1, Disposition.REJECTED, 2));
    }

    /** The rate limit is two events per hour. */
    @Test
    void limited_countsEveryEventThatWasDecodedAndOneOfARequestThatWasNot() {
        assertThat(post(limited.text(), batch(1)).statusCode()).isEqualTo(201);
        assertCounted(Map.of(Disposition.CAPTURED, 1));

        assertThat(post(limited.text(), batch(2)).statusCode()).isEqualTo(429);
        assertCounted(Map.of(Disposition.LIMITED, 2));

        assertThat(post(limited.text(), batch(1)).statusCode()).isEqualTo(201);
        assertCounted(Map.of(Disposition.CAPTURED, 1));

        assertThat(post(limited.text(), batch(3)).statusCode()).as("unread").isEqualTo(429);
        assertCounted(Map.of(Disposition.LIMITED, 1));
    }

    @Test
    void shed_countsEveryEventThatWasDecodedAndOneOfARequestThatWasNot() {
        appender.change = answer -> Future.failedFuture(new Overloaded("full"));
        assertThat(post(batch(3)).statusCode()).isEqualTo(503);
        assertCounted(Map.of(Disposition.SHED, 3));

        Promise<List<Outcome>> answers = Promise.promise();
        appender.change = answer -> answers.future();
        try (RawConnection holder = new RawConnection(server.client().port())) {
            holder.send(request(batch(MAX_IN_FLIGHT)));
            untilInFlight(MAX_IN_FLIGHT);

            assertThat(post(batch(3)).statusCode()).as("unread").isEqualTo(503);
            assertCounted(Map.of(Disposition.SHED, 1));

            answers.complete(List.of());
            assertThat(holder.read().status()).isEqualTo(201);
            assertCounted(Map.of(Disposition.CAPTURED, MAX_IN_FLIGHT));
        }
    }

    @Test
    void failed_countsEveryEventThatTheStoreWasAskedToTake() {
        appender.change = answer -> Future.failedFuture(new Unavailable("the disk is full"));

        assertThat(post(batch(3)).statusCode()).isEqualTo(503);
        assertCounted(Map.of(Disposition.FAILED, 3));

        String some = batch(SampleEvents.any(), INVALID, SampleEvents.any());
        assertThat(post(some).statusCode()).isEqualTo(503);
        assertCounted(Map.of(Disposition.FAILED, 2, Disposition.REJECTED, 1));
    }

    /** The client disconnects while its request, with the body read, waits for admission. */
    @Test
    void abandoned_countsEveryEventThatWasDecodedForNobody() {
        server.close();
        start("10s");
        Promise<List<Outcome>> answers = Promise.promise();
        appender.change = answer -> answers.future();
        try (RawConnection holder = new RawConnection(server.client().port())) {
            holder.send(request(batch(MAX_IN_FLIGHT - 1)));
            untilInFlight(MAX_IN_FLIGHT - 1);
            try (RawConnection impatient = new RawConnection(server.client().port())) {
                impatient.send(request(batch(3)));
                // Its body is there, and it waits for its events.
                untilGauge(
                        "sentinel_admission_bytes_in_flight",
                        batch(MAX_IN_FLIGHT - 1).length() + batch(3).length());
            }
            untilConnections(2);

            answers.complete(List.of());
            assertThat(holder.read().status()).isEqualTo(201);
            untilInFlight(0);

            assertCounted(Map.of(Disposition.CAPTURED, MAX_IN_FLIGHT - 1, Disposition.ABANDONED, 3));
        }
    }

    /** A body without events, or one that was refused unread for a reason other than load, counts as no event. */
    @Test
    void requestsWithoutEvents_countNothing() {
        assertThat(post("wrong", SampleEvents.any()).statusCode()).isEqualTo(401);
        assertThat(post("{").statusCode()).isEqualTo(400);
        assertThat(post("[]").statusCode()).isEqualTo(422);
        assertThat(post(batch(MAX_IN_FLIGHT + 1)).statusCode()).isEqualTo(413);
        assertThat(server.client()
                        .post(
                                BodyPublishers.ofString(SampleEvents.any()),
                                "Content-Type",
                                "text/plain",
                                "Authorization",
                                "Bearer " + TOKEN)
                        .statusCode())
                .isEqualTo(415);

        assertCounted(Map.of());
    }

    /** Expects exactly these counts since the last call; their sum is the number of received events. */
    private void assertCounted(Map<Disposition, Integer> expected) {
        Map<Disposition, Long> now = counts();
        Map<Disposition, Integer> grown = new EnumMap<>(Disposition.class);
        now.forEach((disposition, count) -> {
            int by = (int) (count - before.get(disposition));
            if (by != 0) {
                grown.put(disposition, by);
            }
        });
        before = now;
        assertThat(grown).isEqualTo(expected);
    }

    private Map<Disposition, Long> counts() {
        String scraped = server.client().get("/metrics").body();
        Map<Disposition, Long> counts = new EnumMap<>(Disposition.class);
        Matcher line = Pattern.compile("^sentinel_events_total\\{outcome=\"(\\w+)\"} (\\S+)$", Pattern.MULTILINE)
                .matcher(scraped);
        while (line.find()) {
            counts.put(Disposition.valueOf(line.group(1).toUpperCase(Locale.ROOT)), (long)
                    Double.parseDouble(line.group(2)));
        }
        assertThat(counts).as("all are there from the start").containsOnlyKeys(Disposition.values());
        return counts;
    }

    private void untilInFlight(int events) {
        untilGauge("sentinel_admission_events_in_flight", events);
    }

    private void untilConnections(int connections) {
        untilGauge("sentinel_connections", connections);
    }

    private void untilGauge(String name, int value) {
        Pattern line = Pattern.compile("^" + name + "(?:\\{.*})? " + value + "\\.0$", Pattern.MULTILINE);
        Within.seconds(20)
                .until(
                        name + " is " + value,
                        () -> line.matcher(server.client().get("/metrics").body())
                                .find());
    }

    private HttpResponse<String> post(String body) {
        return post(TOKEN, body);
    }

    private HttpResponse<String> post(String token, String body) {
        return server.client()
                .post(
                        BodyPublishers.ofString(body),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + token);
    }

    private static String request(String body) {
        return "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                + TOKEN + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String batch(int events) {
        return IntStream.range(0, events).mapToObj(i -> SampleEvents.any()).collect(Collectors.joining(",", "[", "]"));
    }

    private static String batch(String... events) {
        return "[" + String.join(",", events) + "]";
    }
}
