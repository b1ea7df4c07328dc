package dev.sentinel.audit.cli;

import dev.sentinel.audit.cli.demo.DemoDay;
import dev.sentinel.audit.cli.demo.DemoEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel demo}: sends a made-up day to a running server, over HTTP like any client. */
@Command(
        name = "demo",
        description = "Sends a made-up day of ten agents to a running server, to look around with. What is recorded is"
                + " never deleted: use a server to try things with.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final int MAX_RUNS = 10_000;
    private static final int BATCH = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
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
            description = "Of a key with the scope ingest; default: the environment variable SENTINEL_TOKEN.",
            defaultValue = "${env:SENTINEL_TOKEN}")
    private @Nullable String token;

    @Option(names = "--runs", description = "How many runs; default: ${DEFAULT-VALUE}.", defaultValue = "600")
    private int runs;

    @Option(
            names = "--span",
            description = "The time until now that they fill; default: ${DEFAULT-VALUE}.",
            defaultValue = "24h")
    private String span;

    @Option(names = "--live", description = "Then goes on with runs that happen now, until it is interrupted.")
    private boolean live;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @Override
    public Integer call() throws InterruptedException {
        Duration filled = parseSpan();
        if (runs < 0 || runs > MAX_RUNS) {
            throw new ParameterException(spec.commandLine(), "--runs must be 0 to " + MAX_RUNS + ".");
        }
        DemoDay day = new DemoDay(new Random());
        List<DemoEvent> events = day.until(Instant.now(Clock.systemUTC()), filled, runs);
        PrintWriter err = spec.commandLine().getErr();
        try {
            for (int from = 0; from < events.size(); from += BATCH) {
                send(events.subList(from, Math.min(events.size(), from + BATCH)));
            }
            err.printf("Sent %,d events of %,d runs. Look at them: %s%n", events.size(), runs, url.resolve("/ui/"));
            err.flush();
            if (live) {
                err.println("Going on live; Ctrl-C ends it.");
                err.flush();
                goOn(day);
            }
            return 0;
        } catch (IOException e) {
            err.println("sentinel: " + url + " " + (e.getMessage() == null ? "cannot be reached" : e.getMessage()));
            err.flush();
            return 1;
        }
    }

    private Duration parseSpan() {
        try {
            return Durations.parse(span);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--span must be " + e.getMessage() + ".");
        }
    }

    /** Begins runs now and then, and sends each event when its time has come. */
    private void goOn(DemoDay day) throws IOException, InterruptedException {
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
            if (!due.isEmpty()) {
                send(due);
                coming.subList(0, due.size()).clear();
            }
            // A command has its thread to itself, and lives until it is interrupted.
            Thread.sleep(100);
        }
    }

    private void send(List<DemoEvent> events) throws IOException, InterruptedException {
        String lines = events.stream().map(DemoEvent::json).collect(Collectors.joining("\n"));
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/v1/events"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines));
        if (token != null && !token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new IOException("answered " + response.statusCode() + ": " + response.body());
        }
    }
}
