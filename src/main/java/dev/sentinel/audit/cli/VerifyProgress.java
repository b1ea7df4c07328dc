package dev.sentinel.audit.cli;

import dev.sentinel.audit.evidence.verify.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Prints a line about a verification every two seconds, so nothing about one that is faster. One thread. */
final class VerifyProgress implements Progress {
    private static final long INTERVAL = Duration.ofSeconds(2).toNanos();

    private final PrintWriter out;
    private final LongSupplier nanoTime;
    private final long began;
    private long shown;

    VerifyProgress(PrintWriter out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
        this.shown = began;
    }

    @Override
    public void at(long done, long total) {
        long now = nanoTime.getAsLong();
        if (now - shown < INTERVAL) {
            return;
        }
        shown = now;
        double rate = done / ((now - began) / 1e9);
        out.printf(
                Locale.ROOT,
                "verify: events=%d%s rate=%.0f/s%n",
                done,
                total < 0 ? "" : " of=%d percent=%.0f".formatted(total, 100.0 * done / total),
                rate);
        out.flush();
    }
}
