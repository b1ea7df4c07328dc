package dev.sentinel.audit.bench;

import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.bench.OtlpSource.Form;
import dev.sentinel.audit.ingest.otlp.wire.Signal;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Spans and log records of OpenTelemetry beside the same events as NDJSON, which one server takes in turns. Processor
 * time says what a record costs, by the threads that spend it; the rate also tells how well they share the processors.
 */
final class OtlpScenarios {
    private static final int CONNECTIONS = 8;

    /** What is not compiled yet takes several times as long. */
    private static final int WARM_UPS = 4;

    private static final int MORE_ROUNDS = 2;
    /** Fixtures do not give equally many events. */
    private static final double COMPLETE = 0.9;

    /** Microseconds. */
    private static final double LEAST_SHOWN = 0.5;

    private final Vertx vertx;
    private final Report report;
    private final Bench.Plan plan;
    private final Path directory;

    OtlpScenarios(Vertx vertx, Report report, Bench.Plan plan, Path directory) {
        this.vertx = vertx;
        this.report = report;
        this.plan = plan;
        this.directory = directory;
    }

    /**
     * One round of one form.
     *
     * @param perSecond stored events
     * @param byThreads microseconds of processor time of an event, by the names of the threads
     */
    private record Cost(double perSecond, Map<String, Double> byThreads) {
        /** Of all threads but those that compile: they do so once, however many events there are. */
        double micros() {
            return byThreads.entrySet().stream()
                    .filter(threads -> !compile(threads.getKey()))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
        }

        private static boolean compile(String threads) {
            return threads.contains("Compiler") || threads.startsWith("Sweeper");
        }
    }

    void run() throws Exception {
        run(Signal.TRACES, "spans");
        run(Signal.LOGS, "log records");
    }

    private void run(Signal signal, String records) throws Exception {
        OtlpSource source = new OtlpSource(signal, 0);
        Map<Form, List<Cost>> costs = new EnumMap<>(Form.class);
        try (ServerProcess server = ServerProcess.start(directory.resolve("otlp-" + signal), Map.of())) {
            for (Form form : Form.values()) {
                report.progress(records + " as " + form + ", warm-up");
                load(server, source, form, plan.warmUp().multipliedBy(WARM_UPS));
                costs.put(form, new ArrayList<>());
            }
            int rounds = plan.rounds() + MORE_ROUNDS;
            for (int round = 1; round <= rounds; round++) {
                report.progress(records + ", round " + round + " of " + rounds);
                for (Form form : Form.values()) {
                    costs.get(form).add(cost(server, source, form));
                }
            }
            report(records, costs, OtlpSource.RECORDS / source.eventsPerRequest());
            server.terminate();
        }
    }

    private void report(String records, Map<Form, List<Cost>> costs, double recordsPerEvent) {
        List<Cost> ndjson = costs.get(Form.NDJSON);
        for (Form form : List.of(Form.PROTOBUF, Form.JSON)) {
            add(records + " as " + form.name().toLowerCase(Locale.ROOT), costs.get(form), ndjson, recordsPerEvent);
        }
    }

    private void add(String what, List<Cost> costs, List<Cost> ndjson, double recordsPerEvent) {
        double perSecond = median(costs.stream().map(Cost::perSecond).toList());
        double limit = median(ndjson.stream().map(Cost::perSecond).toList());
        report.add(what + ", their events, beside NDJSON", perSecond, "/s", limit, ">= 0.6");
        report.add("  with those that are no actions", perSecond * recordsPerEvent, "/s", "");
        report.add(
                "  processor time of an event, without the compilers",
                median(costs.stream().map(Cost::micros).toList()),
                "us",
                median(ndjson.stream().map(Cost::micros).toList()),
                "");
        Map<String, Double> ours = byThreads(costs);
        Map<String, Double> others = byThreads(ndjson);
        ours.forEach((threads, micros) -> {
            double other = others.getOrDefault(threads, 0.0);
            if (Math.max(micros, other) >= LEAST_SHOWN) {
                report.add("    of threads " + threads, micros, "us", other, "");
            }
        });
    }

    private static Map<String, Double> byThreads(List<Cost> costs) {
        Map<String, Double> medians = new TreeMap<>();
        for (String threads : costs.get(costs.size() - 1).byThreads.keySet()) {
            medians.put(
                    threads,
                    median(costs.stream()
                            .map(cost -> cost.byThreads.getOrDefault(threads, 0.0))
                            .toList()));
        }
        return medians;
    }

    /** Until everything is indexed and signed. */
    private Cost cost(ServerProcess server, OtlpSource source, Form form) throws Exception {
        EvidenceScenarios.awaitIdle(server);
        ProcessUsage usage = new ProcessUsage(server.pid());
        long stored = Scenarios.stored(server);
        Map<String, Double> before = usage.cpuSecondsByThreads();
        double perSecond = load(server, source, form, plan.time());
        EvidenceScenarios.awaitIdle(server);
        long events = Scenarios.stored(server) - stored;
        if (events < perSecond * plan.time().toSeconds() * COMPLETE) {
            throw new IllegalStateException("events are missing: their ids are not new, or they were rejected");
        }
        double perEvent = 1e6 / events;
        Map<String, Double> byThreads = new TreeMap<>();
        usage.cpuSecondsByThreads()
                .forEach((threads, after) ->
                        byThreads.put(threads, (after - before.getOrDefault(threads, 0.0)) * perEvent));
        return new Cost(perSecond, byThreads);
    }

    /** Returns the events per second. */
    private double load(ServerProcess server, OtlpSource source, Form form, Duration time) throws Exception {
        Load.Result result =
                Load.closed(vertx, server.client().port(), CONNECTIONS, Duration.ZERO, time, source.requests(form));
        if (result.failed() > 0) {
            throw new IllegalStateException(result.failed() + " requests failed");
        }
        long refused = result.refusedNanos().getTotalCount();
        if (refused > 0) {
            report.progress("  refused with 503: " + refused);
        }
        return result.perSecond() * source.eventsPerRequest();
    }

    private static double median(List<Double> values) {
        return Scenarios.median(values);
    }
}
