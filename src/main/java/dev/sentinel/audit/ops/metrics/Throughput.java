package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.persist.Committed;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** What was committed since the last line, for readers of the log. Any thread may add; one drains. */
final class Throughput {
    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);
    /** Longer than any commit that a client waits for; a longer commit counts as this. */
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    /** A percentile is at most one percent too high. Takes 30 kB. */
    private static final int SIGNIFICANT_DIGITS = 2;

    private final Recorder durations = new Recorder(SHORTEST_NANOS, LONGEST_NANOS, SIGNIFICANT_DIGITS);
    private final LongAdder events = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private @Nullable Histogram drained;
    private long since;

    Throughput(long nowNanos) {
        since = nowNanos;
    }

    void add(Committed commit) {
        events.add(commit.events());
        requests.add(commit.requests());
        longest.accumulate(commit.nanos());
        durations.recordValue(Math.min(commit.nanos(), LONGEST_NANOS));
    }

    /** Returns the log line and resets the counts; empty if nothing was committed. */
    Optional<String> drain(long nowNanos) {
        Histogram interval = durations.getIntervalHistogram(drained);
        drained = interval;
        long nanos = nowNanos - since;
        since = nowNanos;
        return interval.getTotalCount() == 0 ? Optional.empty() : Optional.of(line(interval, nanos));
    }

    private String line(Histogram interval, long nanos) {
        long sum = events.sumThenReset();
        // The histogram returns the upper end of a class, which may be above every commit. Its longest commit may have
        // been reset by the line before.
        long max = longest.getThenReset();
        long percentile99 = Math.min(max == 0 ? Long.MAX_VALUE : max, interval.getValueAtPercentile(99));
        return String.format(
                Locale.ROOT,
                "throughput events=%d per_second=%.1f requests=%d commits=%d p99_commit_ms=%.1f",
                sum,
                sum * 1e9 / Math.max(nanos, 1),
                requests.sumThenReset(),
                interval.getTotalCount(),
                percentile99 / 1e6);
    }
}
