package dev.sentinel.audit.cli;

import dev.sentinel.audit.store.migrate.MigrationProgress;
import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows the progress of a migration: a bar on a terminal, otherwise a line every few seconds. One thread. */
final class ProgressLine implements MigrationProgress, AutoCloseable {
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration LINE = Duration.ofSeconds(2);
    private static final int BAR = 24;

    private final PrintWriter out;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private Phase phase = Phase.COPY;
    private long first;
    private long done;
    private long total;
    private long began;
    private long shown;
    private boolean lineIsOpen;

    ProgressLine(PrintWriter out, boolean terminal, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    static ProgressLine on(PrintWriter out) {
        return new ProgressLine(out, isTerminal(System.console()), System::nanoTime);
    }

    /** Since JDK 22 there may be a console without a terminal, and it has a method to check that. */
    private static boolean isTerminal(Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return true;
        } catch (InvocationTargetException e) {
            return false;
        }
    }

    @Override
    public void begin(Phase next, long nextDone, long nextTotal) {
        phase = next;
        first = nextDone;
        done = nextDone;
        total = nextTotal;
        began = nanoTime.getAsLong();
        shown = began;
        if (terminal) {
            show();
        }
    }

    @Override
    public void at(long nowDone) {
        done = nowDone;
        long now = nanoTime.getAsLong();
        if (now - shown >= (terminal ? REDRAW : LINE).toNanos()) {
            shown = now;
            show();
        }
    }

    @Override
    public void end() {
        show();
        if (lineIsOpen) {
            out.println();
            out.flush();
            lineIsOpen = false;
        }
    }

    private void show() {
        double seconds = (nanoTime.getAsLong() - began) / 1e9;
        double rate = seconds > 0 ? (done - first) / seconds : 0;
        String left = done >= total ? "0" : rate > 0 ? Long.toString(Math.round((total - done) / rate)) : "?";
        double share = total == 0 ? 1 : (double) done / total;
        String name = phase.name().toLowerCase(Locale.ROOT);
        if (terminal) {
            int filled = (int) (share * BAR);
            String bar = "#".repeat(filled) + "-".repeat(BAR - filled);
            // The spaces overwrite the rest of a longer line.
            out.printf(
                    Locale.ROOT,
                    "\r%-6s [%s] %3.0f %%  %,d of %,d  %,.0f/s  %s s left    ",
                    name,
                    bar,
                    share * 100,
                    done,
                    total,
                    rate,
                    left);
            lineIsOpen = true;
        } else {
            out.printf(
                    Locale.ROOT,
                    "migrate: phase=%s events=%d of=%d percent=%.0f rate=%.0f/s left=%ss%n",
                    name,
                    done,
                    total,
                    share * 100,
                    rate,
                    left);
        }
        out.flush();
    }

    /** Ends the line, also after a failure. */
    @Override
    public void close() {
        if (lineIsOpen) {
            out.println();
            out.flush();
        }
    }
}
