package dev.sentinel.audit.bench;

import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.store.sqlite.RawStore;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The measurements, in this order. Rounds of the server and of the limit alternate, so that both see the same
 * conditions.
 */
final class Scenarios {
    private static final int[] CONNECTIONS = {16, 64, 256};
    private static final int BATCH_CONNECTIONS = 8;
    private static final int READ_CONNECTIONS = 16;
    private static final int OPEN_CONNECTIONS = 256;
    private static final int OVERLOAD_CONNECTIONS = 1_000;

    private final Vertx vertx;
    private final Report report;
    private final Bench.Plan plan;
    private final Path directory;
    private final EventSource source;
    private final EventSource other;

    Scenarios(Vertx vertx, Report report, Bench.Plan plan, Path directory) throws Exception {
        this.vertx = vertx;
        this.report = report;
        this.plan = plan;
        this.directory = directory;
        this.source = new EventSource(System.nanoTime());
        this.other = new EventSource(System.nanoTime());
    }

    void run() throws Exception {
        report.progress("start of an empty server");
        double start = start("empty");
        report.add("start to ready, empty", start, "s", "<= 0.8");
        try (ServerProcess server = ServerProcess.start(directory.resolve("server"), Map.of())) {
            ProcessUsage usage = new ProcessUsage(server.pid());
            double single = singles(server);
            batches(server);
            latency(server, single);
            overload(server);
            reads(server, single, "few");
            report.add("resident memory after full load", usage.residentMegabytes(), "MB", "<= 400");
            for (long level : plan.levels()) {
                fill(server, level);
                filled(server, single, level);
            }
            report.add("resident memory at the end", usage.residentMegabytes(), "MB", "<= 400");
            server.terminate();
        }
        if (!plan.levels().isEmpty()) {
            report.progress("start of a full server");
            report.add("start to ready, full", start("server"), "s", "<= 1.2");
        }
    }

    private double start(String name) throws Exception {
        List<Double> seconds = new ArrayList<>();
        for (int round = 0; round < plan.rounds(); round++) {
            long begin = System.nanoTime();
            try (ServerProcess server = ServerProcess.start(directory.resolve(name), Map.of())) {
                seconds.add((System.nanoTime() - begin) / 1e9);
                server.terminate();
            }
        }
        return median(seconds);
    }

    /** Returns the rate with 64 connections. */
    private double singles(ServerProcess server) throws Exception {
        double with64 = 0;
        try (BareProcess bare = BareProcess.start()) {
            for (int connections : CONNECTIONS) {
                report.progress("single posts, " + connections + " connections");
                List<Double> ours = new ArrayList<>();
                List<Double> limits = new ArrayList<>();
                List<Double> cpu = new ArrayList<>();
                ProcessUsage usage = new ProcessUsage(server.pid());
                for (int round = 0; round < plan.rounds(); round++) {
                    limits.add(
                            closed(bare.port(), connections, source.singles()).perSecond());
                    double before = usage.cpuSeconds();
                    Load.Result result = closed(server, connections, source.singles());
                    double share = plan.time().toNanos()
                            / (double) plan.time().plus(plan.warmUp()).toNanos();
                    cpu.add((usage.cpuSeconds() - before)
                            * share
                            * 1e6
                            / result.nanos().getTotalCount());
                    ours.add(result.perSecond());
                }
                report.add(
                        "single durable posts, " + connections + " connections, beside bare Vert.x",
                        median(ours),
                        "/s",
                        median(limits),
                        connections == 64 ? ">= 0.5" : "");
                if (connections == 64) {
                    with64 = median(ours);
                    report.add("processor time of a single post", median(cpu), "us", "");
                }
            }
        }
        return with64;
    }

    private void batches(ServerProcess server) throws Exception {
        report.progress("raw store");
        double raw = RawStore.eventsPerSecond(
                directory.resolve("raw"), plan.sustained(), new EventMemory(System.nanoTime()));
        report.progress("batches of 100");
        double hundreds = closed(server, BATCH_CONNECTIONS, source.batches(100)).perSecond() * 100;
        report.add("batches of 100, events, beside the raw store", hundreds, "/s", raw, "");
        report.progress("batches of 1,000, sustained");
        double thousands = Load.closed(
                                vertx,
                                server.client().port(),
                                BATCH_CONNECTIONS,
                                plan.warmUp(),
                                plan.sustained(),
                                source.batches(1_000))
                        .perSecond()
                * 1_000;
        report.add("batches of 1,000, events, beside the raw store", thousands, "/s", raw, ">= 0.9");
    }

    private void latency(ServerProcess server, double single) throws Exception {
        awaitIdle(server);
        report.progress("single posts at half of the maximum rate");
        Load.Result half = open(server, OPEN_CONNECTIONS, single / 2, source.singles());
        report.add("p50 at half of the maximum rate", half.millis(50), "ms", "");
        report.add("p99 at half of the maximum rate", half.millis(99), "ms", "<= 10");
    }

    /** Uses batches, because the server can handle a thousand connections with one event each. */
    private void overload(ServerProcess server) throws Exception {
        awaitIdle(server);
        report.progress("twice what the server takes, in batches of 100");
        double maximum = closed(server, BATCH_CONNECTIONS, source.batches(100)).perSecond();
        Load.Result twice = open(server, OVERLOAD_CONNECTIONS, 2 * maximum, source.batches(100));
        report.add(
                "200 % offered, events served, beside the maximum",
                twice.perSecond() * 100, "/s", maximum * 100, ">= 0.9");
        report.add(
                "200 % offered, refused with 503", (double) twice.refusedNanos().getTotalCount(), "", "> 0");
        report.add("200 % offered, p99 until the 503", twice.refusedNanos().getValueAtPercentile(99) / 1e6, "ms", "");
        report.add("200 % offered, failed or never answered", (double) twice.failed(), "", "0");
    }

    private void reads(ServerProcess server, double single, String stored) throws Exception {
        awaitIdle(server);
        report.progress("newest 100 of an agent, " + stored + " events stored");
        Load.Result alone = closed(server, READ_CONNECTIONS, source.newestOfAnAgent());
        report.add("newest 100 of an agent, " + stored + " events", alone.perSecond(), "/s", ">= 5,000");
        report.add("  p99", alone.millis(99), "ms", "<= 10");
        CompletableFuture<Load.Result> ingesting = CompletableFuture.supplyAsync(() -> {
            try {
                return open(server, OPEN_CONNECTIONS, single / 2, other.singles());
            } catch (TimeoutException e) {
                throw new IllegalStateException(e);
            }
        });
        // Far below the maximum: readers at full speed would measure how the system shares the CPUs.
        Load.Result beside = open(server, READ_CONNECTIONS, 200, source.newestOfAnAgent());
        ingesting.join();
        report.add("  p99 of 200 a second, while ingesting at half rate", beside.millis(99), "ms", "<= 50");
    }

    private void filled(ServerProcess server, double empty, long level) throws Exception {
        awaitIdle(server);
        String stored = "%,d".formatted(level);
        report.progress("single posts, " + stored + " events stored");
        List<Double> ours = new ArrayList<>();
        for (int round = 0; round < plan.rounds(); round++) {
            ours.add(closed(server, 64, source.singles()).perSecond());
        }
        report.add("single durable posts, 64 connections, " + stored + " events", median(ours), "/s", empty, ">= 0.85");
        reads(server, empty, stored);
    }

    /** Fills the log with large batches; prints a line each second. */
    private void fill(ServerProcess server, long level) throws TimeoutException {
        Supplier<Buffer> batches = source.batches(1_000);
        long stored = stored(server);
        while (stored < level) {
            Load.closed(vertx, server.client().port(), 4, Duration.ZERO, Duration.ofSeconds(1), batches);
            stored = stored(server);
            report.progress("  filling up: %,d of %,d events".formatted(stored, level));
        }
    }

    /**
     * Waits until the previous scenario has no effect any more: all events are indexed, and the system has no dirty
     * pages, for which the next fsync would wait.
     */
    static void awaitIdle(ServerProcess server) throws IOException, InterruptedException {
        while (ofStore(server, "index_lag") > 0) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        new ProcessBuilder("sync").start().waitFor();
    }

    static long stored(ServerProcess server) {
        return ofStore(server, "committed");
    }

    private static long ofStore(ServerProcess server, String figure) {
        return server.client().getJson("/health/ready").getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .filter(check -> check.getString("id").equals("store"))
                .mapToLong(check -> check.getJsonObject("data").getLong(figure))
                .findFirst()
                .orElseThrow();
    }

    private Load.Result closed(ServerProcess server, int connections, Supplier<Buffer> requests)
            throws TimeoutException {
        return closed(server.client().port(), connections, requests);
    }

    private Load.Result closed(int port, int connections, Supplier<Buffer> requests) throws TimeoutException {
        return Load.closed(vertx, port, connections, plan.warmUp(), plan.time(), requests);
    }

    private Load.Result open(ServerProcess server, int connections, double perSecond, Supplier<Buffer> requests)
            throws TimeoutException {
        return Load.open(vertx, server.client().port(), connections, perSecond, plan.warmUp(), plan.time(), requests);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
