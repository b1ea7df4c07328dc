package dev.sentinel.audit.http.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * More requests than the store can take: memory is bounded, refusals are correct, and the overload ends with the load.
 */
@Timeout(120)
final class OverloadTest {
    private static final int CLIENTS = 200;
    private static final int POSTS_OF_A_CLIENT = 15;
    private static final long MAX_EVENTS = 50;
    private static final long MAX_BYTES = 256 * 1024;

    private static final String POST =
            "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ";

    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong maxEventsHeld = new AtomicLong();
    private final AtomicLong maxBytesHeld = new AtomicLong();

    /** The real store behind a disk that takes its time. */
    private static final class SlowAppender implements EventAppender {
        private final EventAppender appender;
        private volatile long delayMs = 150;

        SlowAppender(EventAppender appender) {
            this.appender = appender;
        }

        void recover() {
            delayMs = 0;
        }

        @Override
        public Future<List<Outcome>> append(List<AuditEvent> events) {
            if (delayMs == 0) {
                return appender.append(events);
            }
            Context context = Vertx.currentContext();
            Promise<Void> waited = Promise.promise();
            context.owner().setTimer(delayMs, timer -> waited.complete());
            return waited.future().compose(now -> appender.append(events));
        }

        @Override
        public int parallelAppends() {
            return appender.parallelAppends();
        }

        @Override
        public Optional<Context> writerContext() {
            return appender.writerContext();
        }
    }

    /** The real store behind a disk that hangs until the test lets it answer. */
    private record HangingAppender(EventAppender appender, Future<Void> answers) implements EventAppender {
        @Override
        public Future<List<Outcome>> append(List<AuditEvent> events) {
            return answers.compose(now -> appender.append(events));
        }

        @Override
        public int parallelAppends() {
            return appender.parallelAppends();
        }

        @Override
        public Optional<Context> writerContext() {
            return Optional.empty();
        }
    }

    @Test
    void load_beyondTheStore_isBoundedAndShed(@TempDir Path directory) throws Exception {
        SlowAppender[] slow = new SlowAppender[1];
        Map<String, String> limits = Map.of(
                "MAX_BATCH_EVENTS", "10",
                "MAX_IN_FLIGHT_EVENTS", Long.toString(MAX_EVENTS),
                "MAX_BODY_BYTES", "64KiB",
                "MAX_IN_FLIGHT_BYTES", Long.toString(MAX_BYTES),
                "ADMISSION_WAIT", "100ms");
        try (RunningServer server =
                RunningServer.appendingThrough(appender -> slow[0] = new SlowAppender(appender), directory, limits)) {
            List<Integer> statuses = load(server.client());

            assertThat(statuses).as("every request is answered").hasSize(CLIENTS * POSTS_OF_A_CLIENT);
            assertThat(statuses).as("some are refused, nothing fails").containsOnly(201, 503);
            assertThat(refused.get()).as("refusals with Retry-After").isEqualTo(count(statuses, 503));
            assertThat(maxEventsHeld.get()).as("events held").isPositive().isLessThanOrEqualTo(MAX_EVENTS);
            assertThat(maxBytesHeld.get()).as("bytes held").isPositive().isLessThanOrEqualTo(MAX_BYTES);

            slow[0].recover();
            assertThat(post(server.client(), UUID.randomUUID())).as("recovered").isEqualTo(201);
            assertThat(acknowledged)
                    .as("kept")
                    .allMatch(id -> server.client().get("/v1/events/" + id).statusCode() == 200);
            assertThat(server.client().getJson("/v1/agents/agent-1/events").getInteger("total"))
                    .as("refused means not stored")
                    .isEqualTo(acknowledged.size());
            assertThat(gauge(server.client(), "sentinel_admission_events_in_flight"))
                    .isZero();
            assertThat(gauge(server.client(), "sentinel_admission_bytes_in_flight"))
                    .isZero();
        }
    }

    /** The store does not answer within the client timeout. It still holds the events, so they must stay counted. */
    @Test
    void store_hangs_keepsItsMemoryCounted(@TempDir Path directory) throws Exception {
        Promise<Void> answers = Promise.promise();
        Map<String, String> limits = Map.of("MAX_BATCH_EVENTS", "10", "MAX_IN_FLIGHT_EVENTS", "10");
        try (RunningServer server = RunningServer.appendingThrough(
                appender -> new HangingAppender(appender, answers.future()), directory, limits)) {
            ExecutorService clients = Executors.newFixedThreadPool(10);
            for (int i = 0; i < 10; i++) {
                clients.execute(() -> post(server.client(), UUID.randomUUID()));
            }
            clients.shutdown();
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS))
                    .as("answered")
                    .isTrue();

            assertThat(acknowledged).isEmpty();
            assertThat(gauge(server.client(), "sentinel_admission_events_in_flight"))
                    .isEqualTo(10);
            assertThat(post(server.client(), UUID.randomUUID())).isEqualTo(503);
            answers.complete();
        }
    }

    /** A body without budget for its events is refused unread, and its connection stays usable for a retry. */
    @Test
    void body_noBudgetForItsEvents_isRefusedUnreadAndConnectionStaysOpen(@TempDir Path directory) throws Exception {
        Promise<Void> answers = Promise.promise();
        Map<String, String> limits = Map.of("MAX_BATCH_EVENTS", "10", "MAX_IN_FLIGHT_EVENTS", "10");
        try (RunningServer server = RunningServer.appendingThrough(
                        appender -> new HangingAppender(appender, answers.future()), directory, limits);
                RawConnection holder = new RawConnection(server.client().port());
                RawConnection refused = new RawConnection(server.client().port())) {
            String event = SampleEvents.of(UUID.randomUUID());
            holder.send(POST + event.length() + "\r\n\r\n" + event);
            while (gauge(server.client(), "sentinel_admission_events_in_flight") == 0) {
                Thread.onSpinWait();
            }
            String large = SampleEvents.with(UUID.randomUUID(), "{\"text\":\"" + "x".repeat(20_000) + "\"}");

            refused.send(POST + large.length() + "\r\n\r\n" + large.substring(0, 100));
            RawConnection.Response refusal = refused.read();

            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.headers()).containsKey("retry-after").doesNotContainKey("connection");
            answers.complete();
            assertThat(holder.read().status()).isEqualTo(201);
            refused.send(large.substring(100) + POST + large.length() + "\r\n\r\n" + large);
            assertThat(refused.read().status()).as("the next try").isEqualTo(201);
        }
    }

    private List<Integer> load(TestClient client) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<java.util.concurrent.Future<List<Integer>>> running = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> clients.submit(() -> IntStream.range(0, POSTS_OF_A_CLIENT)
                            .mapToObj(post -> post(client, UUID.randomUUID()))
                            .toList()))
                    .toList();
            while (running.stream().anyMatch(future -> !future.isDone())) {
                maxEventsHeld.accumulateAndGet(gauge(client, "sentinel_admission_events_in_flight"), Math::max);
                maxBytesHeld.accumulateAndGet(gauge(client, "sentinel_admission_bytes_in_flight"), Math::max);
            }
            List<Integer> statuses = new ArrayList<>();
            for (java.util.concurrent.Future<List<Integer>> future : running) {
                statuses.addAll(future.get());
            }
            return statuses;
        } finally {
            clients.shutdownNow();
        }
    }

    private int post(TestClient client, UUID id) {
        HttpResponse<String> response =
                client.post("application/json", SampleEvents.with(id, "{\"text\":\"" + "x".repeat(8_000) + "\"}"));
        if (response.statusCode() == 201) {
            acknowledged.add(id);
        } else if (response.headers().firstValue("Retry-After").equals(Optional.of("1"))) {
            refused.incrementAndGet();
        }
        return response.statusCode();
    }

    private static long count(List<Integer> statuses, int status) {
        return statuses.stream().filter(answered -> answered == status).count();
    }

    private static long gauge(TestClient client, String name) {
        Matcher line = Pattern.compile("^" + name + "(?:\\{.*})? (\\S+)$", Pattern.MULTILINE)
                .matcher(client.get("/metrics").body());
        assertThat(line.find()).as(name).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }
}
