package dev.sentinel.audit.cli;

import dev.sentinel.audit.cli.demo.DemoDay;
import dev.sentinel.audit.cli.demo.DemoEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel demo}: sends a synthetic day to a running server, over HTTP like any client. */
@Command(
        name = "demo",
        description = "Sends a synthetic day of ten agents to a running server, for a tour of the dashboard. Recorded"
                + " events are never deleted: use a test server.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final int MAX_RUNS = 10_000;
    private static final long BETWEEN_RUNS_MS = 1_500;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            description = "The server; default: ${DEFAULT-VALUE}.",
            defaultValue = "http://localhost:8000")
    private URI url;

    @Option(
            names = "--token",
            description = "Token of a key with the scope ingest; default: the environment variable SENTINEL_TOKEN.",
            defaultValue = "${env:SENTINEL_TOKEN}")
    private @Nullable String token;

    @Option(names = "--runs", description = "Number of runs; default: ${DEFAULT-VALUE}.", defaultValue = "600")
    private int runs;

    @Option(
            names = "--span",
            description = "Time span of the runs, up to now; default: ${DEFAULT-VALUE}.",
            defaultValue = "24h")
    private String span;

    @Option(names = "--live", description = "Then continues with live runs until it is interrupted.")
    private boolean live;

    @Override
    public Integer call() throws InterruptedException {
        Duration filled = DurationOption.parse(spec, "--span", span);
        if (runs < 0 || runs > MAX_RUNS) {
            throw new ParameterException(spec.commandLine(), "--runs must be 0 to " + MAX_RUNS + ".");
        }
        DemoDay day = new DemoDay(new Random());
        List<DemoEvent> events = day.until(Instant.now(Clock.systemUTC()), filled, runs);
        try (DemoClient client = client()) {
            client.send(events);
            explain("Sent %,d events of %,d runs. Look at them: %s".formatted(events.size(), runs, dashboard()));
            if (live) {
                explain("Continuing live; stop with Ctrl-C.");
                goOn(client, day);
            }
            return 0;
        } catch (IOException e) {
            explain("sentinel: cannot send to " + url + ": " + e.getMessage());
            return 1;
        }
    }

    /** The server may be below a path. */
    private String dashboard() {
        return url.toString().replaceFirst("/*$", "/ui/");
    }

    private DemoClient client() {
        try {
            return new DemoClient(url, token == null || token.isEmpty() ? null : token);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Starts new runs at random times, and sends each event at its timestamp. */
    private static void goOn(DemoClient client, DemoDay day) throws IOException, InterruptedException {
        List<DemoEvent> coming = new ArrayList<>();
        long nextRun = System.currentTimeMillis();
        while (true) {
            long now = System.currentTimeMillis();
            if (now >= nextRun) {
                coming.addAll(day.runFrom(Instant.ofEpochMilli(now)));
                coming.sort(Comparator.comparing(DemoEvent::at));
                nextRun = now + BETWEEN_RUNS_MS;
            }
            List<DemoEvent> due = coming.stream()
                    .takeWhile(event -> event.at().toEpochMilli() <= now)
                    .toList();
            client.send(due);
            coming.subList(0, due.size()).clear();
            // A command has its thread to itself, and lives until it is interrupted.
            Thread.sleep(100);
        }
    }

    private void explain(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
