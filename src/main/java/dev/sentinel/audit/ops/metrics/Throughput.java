package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.persist.Committed;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What was committed since the last line, for people who read the log. One thread.
 *
 * <p>Durations are counted in classes of a quarter of a power of two, in a fixed array: a 99th percentile that is at
 * most a quarter too high, whatever the load.
 */
final class Throughput {
    private static final int CLASSES_PER_OCTAVE = 4;
    private static final int CLASSES = Long.SIZE * CLASSES_PER_OCTAVE;

    private final int[] durations = new int[CLASSES];
    private long since;
    private long events;
    private long requests;
    private int commits;
    private long longest;

    Throughput(long nowNanos) {
        since = nowNanos;
    }

    void add(Committed commit) {
        events += commit.events();
        requests += commit.requests();
        commits++;
        durations[classOf(commit.nanos())]++;
        longest = Math.max(longest, commit.nanos());
    }

    /** The line, and a new start; empty if nothing was committed. */
    Optional<String> drain(long nowNanos) {
        Optional<String> line = commits == 0 ? Optional.empty() : Optional.of(line(nowNanos - since));
        Arrays.fill(durations, 0);
        since = nowNanos;
        events = 0;
        requests = 0;
        commits = 0;
        longest = 0;
        return line;
    }

    private String line(long nanos) {
        return String.format(
                Locale.ROOT,
                "throughput events=%d per_second=%.1f requests=%d commits=%d p99_commit_ms=%.1f",
                events,
                events * 1e9 / Math.max(nanos, 1),
                requests,
                commits,
                percentile99() / 1e6);
    }

    private long percentile99() {
        int rest = commits - (int) Math.ceil(commits * 0.99);
        for (int slowest = CLASSES - 1; slowest > 0; slowest--) {
            rest -= durations[slowest];
            if (rest < 0) {
                return Math.min(longest, upperBound(slowest));
            }
        }
        return Math.min(longest, upperBound(0));
    }

    private static int classOf(long nanos) {
        long value = Math.max(nanos, CLASSES_PER_OCTAVE);
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        int quarter = (int) (value >>> (octave - 2)) & (CLASSES_PER_OCTAVE - 1);
        return octave * CLASSES_PER_OCTAVE + quarter;
    }

    private static long upperBound(int durationClass) {
        int octave = durationClass / CLASSES_PER_OCTAVE;
        int quarter = durationClass % CLASSES_PER_OCTAVE;
        return (long) Math.scalb(1.0 + (quarter + 1.0) / CLASSES_PER_OCTAVE, octave);
    }
}
