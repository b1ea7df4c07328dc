package dev.sentinel.audit.failure;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs one line when something breaks and one line when it works again, whatever the number of failures in between. Any
 * thread; concurrent failures are logged once.
 */
public final class OutageLog {
    private final Logger log;
    private final Level level;
    private final String broken;
    private final String repaired;
    private final AtomicBoolean failing = new AtomicBoolean();

    private OutageLog(Logger log, Level level, String broken, String repaired) {
        this.log = log;
        this.level = level;
        this.broken = broken;
        this.repaired = repaired;
    }

    /**
     * Logs an outage at ERROR and its end at INFO.
     *
     * @param broken the line for the start of an outage, with a {@code {}} for each argument of {@link #failed}
     * @param repaired the line for the end of an outage, with a {@code {}} for each argument of {@link #succeeded}
     */
    public static OutageLog error(Logger log, String broken, String repaired) {
        return new OutageLog(log, Level.ERROR, broken, repaired);
    }

    /** Logs an outage at WARN and its end at INFO. */
    public static OutageLog warn(Logger log, String broken, String repaired) {
        return new OutageLog(log, Level.WARN, broken, repaired);
    }

    /**
     * Reports a failure. Logs it if the last call was not a failure.
     *
     * @param arguments values for the line; a last argument that is an exception is logged with its stack trace
     */
    public void failed(Object... arguments) {
        if (!failing.compareAndSet(false, true)) {
            return;
        }
        if (level == Level.ERROR) {
            log.error(broken, arguments);
        } else {
            log.warn(broken, arguments);
        }
    }

    /** Reports a success. Logs it if the last call was a failure; otherwise it costs one volatile read. */
    public void succeeded(Object... arguments) {
        if (failing.get() && failing.compareAndSet(true, false)) {
            log.info(repaired, arguments);
        }
    }

    /** Whether the last call was {@link #failed}. */
    public boolean isFailing() {
        return failing.get();
    }
}
