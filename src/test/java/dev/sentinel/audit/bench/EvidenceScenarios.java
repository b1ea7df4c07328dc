package dev.sentinel.audit.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.ServerProcess;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What the Merkle tree and its checkpoints cost: the same server with and without them, in turns. The figure is
 * processor time, because rates tell more about the rest of the machine.
 */
final class EvidenceScenarios {
    private static final int BATCH_CONNECTIONS = 4;
    private static final int SINGLE_CONNECTIONS = 64;
    private static final int MORE_ROUNDS = 2;

    /** Microseconds of processor time per event. */
    private record Cost(double batches, double singles) {}

    private final Vertx vertx;
    private final Report report;
    private final Bench.Plan plan;
    private final Path directory;

    EvidenceScenarios(Vertx vertx, Report report, Bench.Plan plan, Path directory) {
        this.vertx = vertx;
        this.report = report;
        this.plan = plan;
        this.directory = directory;
    }

    void run() throws Exception {
        List<Cost> with = new ArrayList<>();
        List<Cost> without = new ArrayList<>();
        int rounds = plan.rounds() + MORE_ROUNDS;
        for (int round = 0; round < rounds; round++) {
            report.progress("evidence, round " + (round + 1) + " of " + rounds);
            with.add(cost(round, "on"));
            without.add(cost(round, "off"));
        }
        add("batches of 1,000", difference(with, without, true), median(without, true));
        add("single posts", difference(with, without, false), median(without, false));
        verify(directory.resolve("on-0"));
    }

    private void add(String what, double cost, double rest) {
        report.add("evidence, " + what + ": an event more", cost, "us", "<= 4");
        report.add("  an event without", rest, "us", "");
    }

    private Cost cost(int round, String evidence) throws Exception {
        EventSource source = new EventSource(round);
        try (ServerProcess server =
                ServerProcess.start(directory.resolve(evidence + "-" + round), Map.of("EVIDENCE", evidence))) {
            load(server, BATCH_CONNECTIONS, plan.warmUp().multipliedBy(2), source.batches(1_000));
            double batches = micros(server, BATCH_CONNECTIONS, source.batches(1_000));
            load(server, SINGLE_CONNECTIONS, plan.warmUp(), source.singles());
            double singles = micros(server, SINGLE_CONNECTIONS, source.singles());
            server.terminate();
            return new Cost(batches, singles);
        }
    }

    /** Processor time per event of a load, until everything is indexed and signed. */
    private double micros(ServerProcess server, int connections, Supplier<Buffer> requests) throws Exception {
        awaitIdle(server);
        ProcessUsage usage = new ProcessUsage(server.pid());
        double cpu = usage.cpuSeconds();
        long stored = Scenarios.stored(server);
        load(server, connections, plan.time(), requests);
        awaitIdle(server);
        return (usage.cpuSeconds() - cpu) * 1e6 / (Scenarios.stored(server) - stored);
    }

    private void load(ServerProcess server, int connections, Duration time, Supplier<Buffer> requests)
            throws TimeoutException {
        Load.closed(vertx, server.client().port(), connections, Duration.ZERO, time, requests);
    }

    static void awaitIdle(ServerProcess server) throws IOException, InterruptedException {
        Scenarios.awaitIdle(server);
        while (server.client().getJson("/v1/log").getLong("lag", 0L) > 0) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void verify(Path data) throws IOException, InterruptedException {
        report.progress("verify, the command");
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(
                        "bin/sentinel",
                        "verify",
                        "--db",
                        data.resolve("sentinel_audit.db").toAbsolutePath().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        double seconds = (System.nanoTime() - begin) / 1e9;
        long size = Long.parseLong(output.replaceAll("(?s).* size=([0-9]+).*", "$1"));
        report.add("verify: events in the log", (double) size, "", "");
        report.add("verify: rate, with the start of the command", size / seconds, "/s", ">= 150,000");
    }

    private static double difference(List<Cost> with, List<Cost> without, boolean batches) {
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < with.size(); i++) {
            differences.add(of(with.get(i), batches) - of(without.get(i), batches));
        }
        return Scenarios.median(differences);
    }

    private static double median(List<Cost> costs, boolean batches) {
        return Scenarios.median(costs.stream().map(cost -> of(cost, batches)).toList());
    }

    private static double of(Cost cost, boolean batches) {
        return batches ? cost.batches : cost.singles;
    }
}
