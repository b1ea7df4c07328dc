package dev.sentinel.audit.bench;

import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.store.postgres.PostgresServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One, two and three servers on one PostgreSQL. All of them share the processors of this machine, so the rates say
 * little about more machines; the processor time of an event, in the servers and in the database, does.
 */
final class ServersScenarios {
    private static final int MAX_SERVERS = 3;
    private static final int BATCH = 1_000;
    private static final int BATCH_CONNECTIONS = 12;
    private static final int SINGLE_CONNECTIONS = 96;

    private static final Duration WARM_UP = Duration.ofSeconds(20);

    private static final Map<String, String> SETTINGS = Map.of("shared_buffers", "512MB", "max_wal_size", "4GB");

    private final Report report;
    private final Bench.Plan plan;
    private final Path directory;

    ServersScenarios(Report report, Bench.Plan plan, Path directory) {
        this.report = report;
        this.plan = plan;
        this.directory = directory;
    }

    void run() throws Exception {
        try (PostgresServer postgres = PostgresServer.start(directory, SETTINGS)) {
            for (int servers = 1; servers <= MAX_SERVERS; servers++) {
                run(postgres, servers);
            }
        }
    }

    private void run(PostgresServer postgres, int count) throws Exception {
        String url = postgres.newSchema();
        List<ServerProcess> servers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                servers.add(ServerProcess.start(
                        directory.resolve("server-" + count + "-" + i), Map.of("DATABASE_URL", url)));
            }
            measure(postgres, servers, "batches of 1,000", BATCH, BATCH_CONNECTIONS, source -> source.batches(BATCH));
            measure(postgres, servers, "single posts", 1, SINGLE_CONNECTIONS, EventSource::singles);
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }

    private void measure(
            PostgresServer postgres,
            List<ServerProcess> servers,
            String what,
            int events,
            int connections,
            Function<EventSource, Supplier<Buffer>> requests)
            throws Exception {
        report.progress(servers.size() + " servers: " + what);
        // Each server has compiled its code before anything is measured: that costs as much as many events.
        load(servers, connections / servers.size(), WARM_UP.multipliedBy(servers.size()), requests);
        double serversBefore = ofServers(servers);
        double databaseBefore = ofDatabase(postgres);
        double perSecond = load(servers, connections / servers.size(), plan.time(), requests) * events;
        // The load also warms up; its events count with those that are measured.
        double stored = perSecond * (plan.time().toMillis() + plan.warmUp().toMillis()) / 1e3;
        report.add(servers.size() + " servers, " + what + ", events", perSecond, "/s", "");
        report.add("  processor of the servers", (ofServers(servers) - serversBefore) * 1e6 / stored, "us/event", "");
        report.add("  processor of PostgreSQL", (ofDatabase(postgres) - databaseBefore) * 1e6 / stored, "us/event", "");
    }

    private double load(
            List<ServerProcess> servers,
            int connections,
            Duration time,
            Function<EventSource, Supplier<Buffer>> requests)
            throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(servers.size());
        Vertx vertx = Vertx.vertx();
        try {
            List<Future<Load.Result>> results = new ArrayList<>();
            for (ServerProcess server : servers) {
                int port = server.client().port();
                Supplier<Buffer> own = requests.apply(new EventSource(System.nanoTime()));
                results.add(clients.submit(() -> Load.closed(vertx, port, connections, plan.warmUp(), time, own)));
            }
            double perSecond = 0;
            for (Future<Load.Result> result : results) {
                perSecond += result.get().perSecond();
            }
            return perSecond;
        } finally {
            clients.shutdown();
            vertx.close().await();
        }
    }

    private static double ofServers(List<ServerProcess> servers) {
        return servers.stream()
                .mapToDouble(server -> new ProcessUsage(server.pid()).cpuSeconds())
                .sum();
    }

    private static double ofDatabase(PostgresServer postgres) throws IOException {
        return postgres.processes().stream()
                .mapToDouble(process -> new ProcessUsage(process.pid()).cpuSeconds())
                .sum();
    }
}
