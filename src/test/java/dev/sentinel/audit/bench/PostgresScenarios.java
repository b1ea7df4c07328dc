package dev.sentinel.audit.bench;

import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.store.postgres.PostgresServer;
import dev.sentinel.audit.store.postgres.RawInserts;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The server on PostgreSQL, compared with plain inserts into the same table of the same PostgreSQL. */
final class PostgresScenarios {
    private static final int SINGLE_CONNECTIONS = 64;
    private static final int BATCH_CONNECTIONS = 8;
    private static final int READ_CONNECTIONS = 16;

    /** As distributions configure it, except for the memory, for which their default is 128 MB. */
    private static final Map<String, String> SETTINGS = Map.of("shared_buffers", "512MB", "max_wal_size", "4GB");

    private final Vertx vertx;
    private final Report report;
    private final Bench.Plan plan;
    private final Path directory;
    private final EventSource source;

    PostgresScenarios(Vertx vertx, Report report, Bench.Plan plan, Path directory) throws Exception {
        this.vertx = vertx;
        this.report = report;
        this.plan = plan;
        this.directory = directory;
        this.source = new EventSource(System.nanoTime());
    }

    void run() throws Exception {
        report.progress("start of a PostgreSQL");
        try (PostgresServer postgres = PostgresServer.start(directory, SETTINGS);
                ServerProcess server = ServerProcess.start(
                        directory.resolve("unused"), Map.of("DATABASE_URL", postgres.newSchema()))) {
            ProcessUsage usage = new ProcessUsage(server.pid());
            report.progress("PostgreSQL: single posts");
            report.add(
                    "PostgreSQL: single durable posts, 64 connections",
                    load(server, SINGLE_CONNECTIONS, plan.time(), source.singles())
                            .perSecond(),
                    "/s",
                    "");
            batches(postgres, server);
            report.progress("PostgreSQL: newest 100 of an agent");
            Load.Result reads = load(server, READ_CONNECTIONS, plan.time(), source.newestOfAnAgent());
            report.add("PostgreSQL: newest 100 of an agent", reads.perSecond(), "/s", "");
            report.add("  p99", reads.millis(99), "ms", "");
            report.add("PostgreSQL: resident memory of the server", usage.residentMegabytes(), "MB", "");
            server.terminate();
        }
    }

    private void batches(PostgresServer postgres, ServerProcess server) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> limits = new ArrayList<>();
        Duration time = plan.sustained().dividedBy(plan.rounds());
        // One for all rounds, so that both tables and their indexes grow.
        String plain = postgres.newSchema();
        for (int round = 1; round <= plan.rounds(); round++) {
            report.progress("PostgreSQL: raw unnest inserts and batches of 1,000, round " + round);
            limits.add(RawInserts.eventsPerSecond(
                    vertx, plain, time.plus(plan.warmUp()), new EventMemory(System.nanoTime())));
            ours.add(
                    load(server, BATCH_CONNECTIONS, time, source.batches(1_000)).perSecond() * 1_000);
        }
        report.add(
                "PostgreSQL: batches of 1,000, events, beside raw unnest inserts",
                Scenarios.median(ours),
                "/s",
                Scenarios.median(limits),
                ">= 0.8");
    }

    private Load.Result load(ServerProcess server, int connections, Duration time, Supplier<Buffer> requests)
            throws TimeoutException {
        return Load.closed(vertx, server.client().port(), connections, plan.warmUp(), time, requests);
    }
}
