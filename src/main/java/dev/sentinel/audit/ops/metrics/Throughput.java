package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.persist.Committed;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What was committed since the last line, for readers of the log. One thread.
 *
 * <p>Durations are counted in classes of a quarter of a power of two, in a fixed array: a 99th percentile that is at
 * most a quarter too high, whatever the load.
 */
final class Throughput {
    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);
    /** Longer than any commit that a client waits for; a longer commit counts as this. */
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    /** A percentile is at most one percent too high. Takes 30 kB. */
    private static final int SIGNIFICANT_DIGITS = 2;

    private final Histogram durations = new Histogram(SHORTEST_NANOS, LONGEST_NANOS, SIGNIFICANT_DIGITS);
    private long since;
    private long events;
    private long requests;
    private long longest;

    Throughput(long nowNanos) {
        since = nowNanos;
    }

    void add(Committed commit) {
        events += commit.events();
        requests += commit.requests();
        durations.recordValue(Math.min(commit.nanos(), LONGEST_NANOS));
        longest = Math.max(longest, commit.nanos());
    }

    /** Returns the log line and resets the counts; empty if nothing was committed. */
    Optional<String> drain(long nowNanos) {
        Optional<String> line = durations.getTotalCount() == 0 ? Optional.empty() : Optional.of(line(nowNanos - since));
        durations.reset();
        since = nowNanos;
        events = 0;
        requests = 0;
        longest = 0;
        return line;
    }

    private String line(long nanos) {
        // The histogram returns the upper end of a class, which may be above every commit.
        long percentile99 = Math.min(longest, durations.getValueAtPercentile(99));
        return String.format(
                Locale.ROOT,
                "throughput events=%d per_second=%.1f requests=%d commits=%d p99_commit_ms=%.1f",
                events,
                events * 1e9 / Math.max(nanos, 1),
                requests,
                durations.getTotalCount(),
                percentile99 / 1e6);
    }
}
