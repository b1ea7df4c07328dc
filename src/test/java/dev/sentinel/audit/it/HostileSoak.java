package dev.sentinel.audit.it;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * {@code bin/soak hostile}: one client of each hostile kind for some minutes, beside one that behaves, and then what
 * that one has seen. Each client has a key of its own.
 */
public final class HostileSoak {
    private static final int STORED_BEFORE = 50;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final long P99_MS = 100;

    private final ServerProcess server;
    private final Histogram writes = new ConcurrentHistogram(3);
    private final Histogram reads = new ConcurrentHistogram(3);
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
    private final Map<Hostile, AtomicLong> turns = new EnumMap<>(Hostile.class);
    private volatile boolean enough;

    private HostileSoak(ServerProcess server) {
        this.server = server;
        for (Hostile kind : Hostile.values()) {
            turns.put(kind, new AtomicLong());
        }
    }

    static boolean run(Path directory, Duration length) throws Exception {
        String good = key(directory, null);
        Map<Hostile, String> keys = new EnumMap<>(Hostile.class);
        for (Hostile kind : Hostile.values()) {
            keys.put(kind, key(directory, RateLimit.parse("100000/minute")));
        }
        keys.put(Hostile.OVERSIZED_BATCH, key(directory, RateLimit.parse("1000/minute")));
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            return new HostileSoak(server).run(good, keys, length);
        }
    }

    private static String key(Path directory, @Nullable RateLimit limit) {
        return TestKeys.make(directory, Set.of(Scope.INGEST, Scope.READ), "", limit, null)
                .text();
    }

    private boolean run(String good, Map<Hostile, String> keys, Duration length) throws Exception {
        // Searches and exports need something to read.
        for (int i = 0; i < STORED_BEFORE; i++) {
            post(
                    good,
                    "["
                            + String.join(
                                    ",",
                                    Stream.generate(SampleEvents::any)
                                            .limit(1_000)
                                            .toList()) + "]");
        }
        List<Thread> threads = new ArrayList<>();
        threads.add(thread(() -> write(good)));
        threads.add(thread(() -> read(good)));
        TimeUnit.SECONDS.sleep(5);
        say("alone", writes, reads);
        writes.reset();
        reads.reset();
        keys.forEach((kind, key) -> threads.add(
                thread(() -> attack(kind, new Hostile.Target(server.client().port(), key)))));
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            TimeUnit.SECONDS.sleep(Math.min(30, Math.max(1, (end - System.nanoTime()) / 1_000_000_000L)));
            say("so far", writes, reads);
        }
        enough = true;
        for (Thread thread : threads) {
            thread.join(Duration.ofMinutes(2).toMillis());
        }
        return verdict();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void attack(Hostile kind, Hostile.Target target) {
        while (!enough) {
            try {
                kind.turn(target);
            } catch (UncheckedIOException hungUp) {
                // The server has the right to.
            } catch (InterruptedException e) {
                return;
            }
            turns.get(kind).incrementAndGet();
            pause();
        }
    }

    private void write(String key) {
        while (!enough) {
            measure(writes, () -> post(key, SampleEvents.any()));
        }
    }

    private void read(String key) {
        while (!enough) {
            measure(
                    reads,
                    () -> server.client().get("/v1/agents/agent-1/events?limit=100", "Authorization", "Bearer " + key));
        }
    }

    private HttpResponse<String> post(String key, String body) {
        return server.client()
                .post(
                        BodyPublishers.ofString(body),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + key);
    }

    private void measure(Histogram latencies, Supplier<HttpResponse<String>> request) {
        long began = System.nanoTime();
        int status;
        try {
            status = request.get().statusCode();
        } catch (UncheckedIOException e) {
            status = 0;
        }
        latencies.recordValue(System.nanoTime() - began);
        statuses.computeIfAbsent(status, none -> new AtomicLong()).incrementAndGet();
        pause();
    }

    private boolean verdict() {
        say("beside one hostile client of each kind", writes, reads);
        Soak.say("statuses of the client that behaves (0 is no answer): " + new TreeMap<>(statuses));
        Soak.say("turns of the others: " + turns);
        boolean answered = statuses.keySet().stream().allMatch(status -> status == 200 || status == 201);
        boolean fast = ms(writes) < P99_MS && ms(reads) < P99_MS;
        Soak.say((answered ? "always served" : "NOT always served") + ", p99 " + (fast ? "below " : "NOT below ")
                + P99_MS + " ms");
        return answered && fast;
    }

    private static void say(String when, Histogram writes, Histogram reads) {
        Soak.say(String.format(
                "%s: %,d events, p50 %d ms, p99 %d ms, max %d ms; %,d lists, p50 %d ms, p99 %d ms, max %d ms",
                when,
                writes.getTotalCount(),
                writes.getValueAtPercentile(50) / 1_000_000,
                ms(writes),
                writes.getMaxValue() / 1_000_000,
                reads.getTotalCount(),
                reads.getValueAtPercentile(50) / 1_000_000,
                ms(reads),
                reads.getMaxValue() / 1_000_000));
    }

    private static long ms(Histogram latencies) {
        return latencies.getValueAtPercentile(99) / 1_000_000;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
