package dev.sentinel.audit.bench;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command behind {@code bin/bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the server beside the limits of this machine. The table goes to stdout, the progress to"
                + " stderr.")
final class Bench implements Callable<Integer> {
    private static final long MILLION = 1_000_000;

    @Option(names = "--quick", description = "One short round of each scenario on an empty database.")
    private boolean quick;

    @Option(
            names = "--events",
            description = "Fill the database up to this number of events and measure again; repeatable."
                    + " Default: 1000000 and 5000000.")
    private List<Long> events = List.of(MILLION, 5 * MILLION);

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description = "Measure these parts: ${COMPLETION-CANDIDATES}. Default: server and client. Postgres and"
                    + " servers start a PostgreSQL of their own.")
    private Set<Part> parts = EnumSet.of(Part.SERVER, Part.CLIENT);

    @Option(names = "--postgres", description = "Measure the server on PostgreSQL too.")
    private boolean postgres;

    @Option(names = "--json", description = "Write the figures to this file.")
    private @Nullable Path json;

    @Option(names = "--directory", description = "Where the databases are put; measure the disk that you will use.")
    private Path directory = Path.of("target", "bench");

    /** What can be measured alone. */
    private enum Part {
        INDEX,
        EVIDENCE,
        OTLP,
        SERVER,
        CLIENT,
        POSTGRES,
        SERVERS,
        DESTINATIONS
    }

    /** Runs the command. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    @SuppressWarnings("SystemOut") // It is a command: the table is its output.
    public Integer call() throws Exception {
        delete(directory);
        Files.createDirectories(directory);
        PrintStream err = System.err;
        Report report = new Report(err);
        Vertx vertx = Vertx.vertx();
        Plan plan = quick
                ? new Plan(1, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), List.of())
                : new Plan(3, Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(60), events);
        try {
            if (postgres) {
                parts.add(Part.POSTGRES);
            }
            for (Part part : EnumSet.copyOf(parts)) {
                run(part, vertx, report, plan);
            }
        } finally {
            vertx.close().await();
        }
        report.print(System.out);
        if (json != null) {
            Files.writeString(json, report.json().encodePrettily());
        }
        delete(directory);
        return 0;
    }

    private void run(Part part, Vertx vertx, Report report, Plan plan) throws Exception {
        switch (part) {
            case INDEX -> new IndexScenarios(report, directory, quick ? 100_000 : 1_000_000).run();
            case EVIDENCE -> new EvidenceScenarios(vertx, report, plan, directory).run();
            case OTLP -> new OtlpScenarios(vertx, report, plan, directory).run();
            case SERVER -> new Scenarios(vertx, report, plan, directory).run();
            case CLIENT -> new ClientScenarios(report, plan, directory).run();
            case POSTGRES -> new PostgresScenarios(vertx, report, plan, directory).run();
            case SERVERS -> new ServersScenarios(report, plan, directory).run();
            case DESTINATIONS -> new DestinationScenarios(vertx, report, directory, quick ? 20_000 : 200_000).run();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * The scope of a measurement.
     *
     * @param rounds number of rounds; the median counts
     * @param sustained duration of the load with the largest batches
     * @param levels events to fill up to, ascending
     */
    record Plan(int rounds, Duration warmUp, Duration time, Duration sustained, List<Long> levels) {}
}
