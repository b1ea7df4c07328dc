package dev.sentinel.audit.bench;

import dev.sentinel.audit.store.sqlite.RawIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;

/** The index of SQLite alone, with times in order, spread over a month, and both. */
final class IndexScenarios {
    private static final int[] BATCHES = {2_500, 10_000};

    private final Report report;
    private final Path directory;
    private final int events;

    IndexScenarios(Report report, Path directory, int events) {
        this.report = report;
        this.directory = directory;
        this.events = events;
    }

    void run() throws IOException, SQLException {
        for (RawIndex.Times times : RawIndex.Times.values()) {
            for (int batch : BATCHES) {
                String name = times.name().toLowerCase(Locale.ROOT);
                report.progress("index, times " + name + ", batches of " + batch);
                add(
                        name + ", batches of " + batch,
                        RawIndex.measure(directory.resolve("index-" + name + "-" + batch), times, events, batch));
            }
        }
    }

    private void add(String name, RawIndex.Result result) {
        report.add("index, " + name, result.cpuMicros(), "us", "");
        report.add("  of it, summing up", result.sumUpMicros(), "us", "");
        report.add("  left for an idle time", result.idleMicros(), "us", "");
        report.add("  look-up of a new id", result.lookUpMicros(), "us", "");
        report.add("  longest commit", result.maxCommitMs(), "ms", "<= 100");
        report.add("  longest time between batches", result.maxPauseMs(), "ms", "");
        report.add("  statistics of a month, p50", result.p50StatsMs(), "ms", "");
        report.add("  statistics of a month, longest", result.maxStatsMs(), "ms", "");
    }
}
