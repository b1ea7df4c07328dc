package dev.sentinel.audit.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.client.AuditClient;
import dev.sentinel.audit.client.AuditClientBuilder;
import dev.sentinel.audit.client.ClientStats;
import dev.sentinel.audit.client.FullPolicy;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Measures the throughput from one SDK client with one recording thread to one server. */
final class ClientScenarios {
    private static final Path RECORDED = Path.of("src/test/resources/agent-runs.ndjson");
    private static final int TEMPLATES = 500;
    private static final long BUFFER = 32L * 1024 * 1024;

    private final Report report;
    private final Bench.Plan plan;
    private final Path directory;
    private final List<Recorded> templates;

    /** The values with which an agent records an event. */
    private record Recorded(
            String agent,
            String trace,
            ActorType actor,
            ActionType action,
            String resource,
            EventStatus status,
            Map<?, ?> metadata) {

        static Recorded of(String line) {
            try {
                Map<?, ?> json = new ObjectMapper().readValue(line, Map.class);
                return new Recorded(
                        (String) json.get("agent_instance_id"),
                        (String) json.get("trace_id"),
                        ActorType.ofWireName((String) json.get("actor")),
                        ActionType.ofWireName((String) json.get("action_type")),
                        (String) json.get("resource"),
                        EventStatus.ofWireName((String) json.get("status")),
                        (Map<?, ?>) json.get("metadata"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    ClientScenarios(Report report, Bench.Plan plan, Path directory) throws IOException {
        this.report = report;
        this.plan = plan;
        this.directory = directory;
        this.templates = Files.readAllLines(RECORDED).subList(0, TEMPLATES).stream()
                .map(Recorded::of)
                .toList();
    }

    void run() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory.resolve("client"), Map.of())) {
            report.progress("one Java client");
            report.add("one Java client, acknowledged events", sustained(client(server)), "/s", ">= 50,000");
            report.progress("one Java client with a spill directory");
            AuditClientBuilder spilling = client(server).spill(directory.resolve("spill"));
            report.add("  the same with a spill directory", sustained(spilling), "/s", "");
            server.terminate();
            report.progress("one Java client without a server");
            report.add("  heap of the client while its buffer is full, of 32 MiB", heap(client(server)), "MB", "<= 34");
        }
    }

    private static AuditClientBuilder client(ServerProcess server) {
        return AuditClient.builder()
                .endpoint("http://127.0.0.1:" + server.client().port())
                .agentInstanceId("bench")
                .whenFull(FullPolicy.block(Duration.ofSeconds(30)));
    }

    private double sustained(AuditClientBuilder builder) throws InterruptedException {
        try (AuditClient client = builder.build()) {
            record(client, plan.warmUp());
            long before = client.stats().sent();
            long start = System.nanoTime();
            record(client, plan.sustained());
            double seconds = (System.nanoTime() - start) / 1e9;
            ClientStats stats = client.stats();
            if (stats.dropped() + stats.rejected() > 0) {
                throw new IllegalStateException("not all was taken: " + stats);
            }
            return (stats.sent() - before) / seconds;
        }
    }

    private void record(AuditClient client, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            record(client, templates.get(i % TEMPLATES));
        }
    }

    private static void record(AuditClient client, Recorded from) {
        client.record(event -> {
            event.agentInstanceId(from.agent())
                    .traceId(from.trace())
                    .actor(from.actor())
                    .action(from.action(), from.resource())
                    .status(from.status());
            from.metadata().forEach((name, value) -> event.metadata((String) name, value));
        });
    }

    private double heap(AuditClientBuilder builder) {
        double before = usedMegabytes();
        AuditClient client = builder.buffer(4_000_000, BUFFER)
                .whenFull(FullPolicy.dropNewest())
                .build();
        while (client.stats().dropped() < 10_000) {
            templates.forEach(template -> record(client, template));
        }
        double used = usedMegabytes() - before;
        client.close(Duration.ofMillis(1));
        return used;
    }

    private static double usedMegabytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }
}
