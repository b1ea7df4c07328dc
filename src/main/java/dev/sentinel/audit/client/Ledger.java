package dev.sentinel.audit.client;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts and logs the outcome of events and notifies the listener. Losses are logged at once when they begin and then
 * every {@link #QUIET}, so that an outage does not fill the agent's log. Any thread.
 */
final class Ledger {
    private static final System.Logger LOG = System.getLogger(Ledger.class.getPackageName());
    private static final Duration QUIET = Duration.ofSeconds(10);

    final LongAdder recorded = new LongAdder();
    final LongAdder recovered = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder spilled = new LongAdder();

    private final AuditListener listener;
    private final Throttle losses = new Throttle(QUIET);
    private final Throttle rejections = new Throttle(QUIET);
    private final Throttle fullness = new Throttle(QUIET);
    private final Throttle defects = new Throttle(QUIET);
    private final Throttle listenerDefects = new Throttle(QUIET);

    Ledger(AuditListener listener) {
        this.listener = listener;
    }

    void lifecycle(String line) {
        log(INFO, line);
    }

    /** The client's token is sent without encryption to another machine. */
    void tokenReadable(URI endpoint) {
        log(WARNING, "token sent without encryption, use https endpoint=" + endpoint);
    }

    void delivered(int events, int newDuplicates, int bytes, Duration took) {
        sent.add(events);
        duplicates.add(newDuplicates);
        if (LOG.isLoggable(DEBUG)) {
            log(
                    DEBUG,
                    "batch sent events=" + events + " duplicates=" + newDuplicates + " bytes=" + bytes + " ms="
                            + took.toMillis());
        }
        notifyListener(to -> to.sent(events, newDuplicates));
    }

    void retrying(int failures, int events, String reason, Duration pause) {
        log(
                WARNING,
                "batch not delivered, retrying events=" + events + " failures=" + failures + " pause_ms="
                        + pause.toMillis() + " reason=" + reason);
        notifyListener(to -> to.retrying(failures, reason, pause));
    }

    /** The server rejected an event. */
    void rejected(byte[] event, int status, String detail) {
        rejected(new Rejection(EventEncoder.eventId(event), status, detail, new String(event, UTF_8)));
    }

    /** An event breaks the contract. */
    void unusable(String eventId, String detail) {
        rejected(new Rejection(eventId, 0, detail, null));
    }

    /**
     * The values of an event could not be read. The exception's message may contain values of the event, so it is
     * logged at debug level only.
     */
    void unreadable(@Nullable String eventId, Throwable cause) {
        log(DEBUG, "event could not be read", cause);
        rejected(new Rejection(
                eventId, 0, "The event could not be read: " + cause.getClass().getName() + ".", null));
    }

    private void rejected(Rejection rejection) {
        rejected.increment();
        long suppressed = rejections.pass(1);
        if (suppressed > 0) {
            log(
                    ERROR,
                    "event rejected event_id=" + rejection.eventId() + " status=" + rejection.status() + " since_last="
                            + suppressed + " detail=" + rejection.detail());
        }
        notifyListener(to -> to.rejected(rejection));
    }

    void dropped(long events, String reason) {
        dropped.add(events);
        long suppressed = losses.pass(events);
        if (suppressed > 0) {
            log(ERROR, "events lost events=" + suppressed + " total=" + dropped.sum() + " reason=" + reason);
        }
        notifyListener(to -> to.dropped(events, reason));
    }

    void defect(Throwable cause) {
        long suppressed = defects.pass(1);
        if (suppressed > 0) {
            log(ERROR, "batch not delivered, trying again after a defect since_last=" + suppressed, cause);
        }
    }

    void full(String policy) {
        if (fullness.pass(1) > 0) {
            log(WARNING, "buffer full policy=" + policy);
        }
    }

    /** The client goes on without the directory. */
    void spillRefused(SpillRefusedException cause) {
        log(
                WARNING,
                "spill directory refused reason=\"" + cause.getMessage()
                        + "\" effect=\"events are kept in memory only\"");
    }

    void spillFailed(String what, Exception cause) {
        if (fullness.pass(1) > 0) {
            log(WARNING, "spill failed what=" + what + " reason=" + cause);
        }
    }

    private void notifyListener(Consumer<AuditListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) {
            // Errors too: a class that the listener misses must not stop the client.
            if (listenerDefects.pass(1) > 0) {
                log(WARNING, "the listener has thrown", e);
            }
        }
    }

    private static void log(System.Logger.Level level, String line) {
        log(level, line, null);
    }

    private static void log(System.Logger.Level level, String line, @Nullable Throwable cause) {
        try {
            LOG.log(level, line, cause);
        } catch (Throwable e) {
            // A broken log handler of the agent must not stop the client.
        }
    }
}
