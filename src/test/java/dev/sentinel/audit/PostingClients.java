package dev.sentinel.audit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Clients that post one event after the other, and retry an event until it is acknowledged, as the contract requires.
 * They record every acknowledged event.
 */
public final class PostingClients implements AutoCloseable {
    private final ExecutorService threads;
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> unexpected = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();
    private volatile boolean stopping;

    /** @param post sends an event to a server; a network exception counts as not acknowledged */
    public PostingClients(int clients, Function<String, HttpResponse<String>> post) {
        threads = Executors.newFixedThreadPool(clients);
        for (int i = 0; i < clients; i++) {
            int client = i;
            threads.execute(() -> post(client, post));
        }
    }

    private void post(int client, Function<String, HttpResponse<String>> post) {
        while (!stopping) {
            UUID id = UUID.randomUUID();
            String event = "{\"event_id\":\"" + id + "\",\"agent_instance_id\":\"agent-" + client % 5
                    + "\",\"trace_id\":\"t\",\"actor\":\"agent\",\"action_type\":\"tool_call\",\"resource\":\"r\","
                    + "\"status\":\"" + (client % 2 == 0 ? "success" : "error") + "\"}";
            while (!isAcknowledged(post, event)) {
                if (stopping) {
                    return;
                }
            }
            acknowledged.add(id.toString());
        }
    }

    private boolean isAcknowledged(Function<String, HttpResponse<String>> post, String event) {
        long started = System.nanoTime();
        try {
            HttpResponse<String> answer = post.apply(event);
            if (answer.statusCode() == 201) {
                return true;
            }
            if (answer.statusCode() != 503
                    || answer.headers().firstValue("Retry-After").isEmpty()) {
                unexpected.add(answer.statusCode() + " " + answer.headers().map() + " " + answer.body());
            }
            refused.incrementAndGet();
        } catch (UncheckedIOException e) {
            refused.incrementAndGet();
        } finally {
            slowestNanos.accumulateAndGet(System.nanoTime() - started, Math::max);
        }
        pause();
        return false;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until this many more events are acknowledged. */
    public void awaitMore(int events) {
        int target = acknowledged.size() + events;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (acknowledged.size() < target) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not acknowledged in time: " + acknowledged.size() + " of " + target
                        + ", refused " + refused + ", " + unexpected);
            }
            pause();
        }
    }

    public Set<String> acknowledged() {
        return acknowledged;
    }

    public int refused() {
        return refused.get();
    }

    /** Answers other than an acknowledgment or a request to retry. */
    public Set<String> unexpected() {
        return unexpected;
    }

    public Duration slowest() {
        return Duration.ofNanos(slowestNanos.get());
    }

    /** All events over HTTP, newest timestamp first. */
    public static List<JsonObject> walk(TestClient client) {
        List<JsonObject> events = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonObject page = client.getJson("/v1/events?limit=1000" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            JsonArray found = page.getJsonArray("events");
            for (int i = 0; i < found.size(); i++) {
                events.add(found.getJsonObject(i));
            }
            cursor = page.getString("next_cursor");
        }
        return events;
    }

    @Override
    public void close() {
        stop();
    }

    /** Lets every client finish its request. */
    public void stop() {
        stopping = true;
        threads.shutdown();
        try {
            if (!threads.awaitTermination(40, TimeUnit.SECONDS)) {
                throw new AssertionError("a request hangs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
