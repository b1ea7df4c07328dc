package dev.sentinel.audit.http;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Requires that a body arrives within a timeout and at a minimum rate. One event loop. */
final class Pace {
    /** The rate is measured over this time: a connection that pauses for a moment is not slow. */
    private static final Duration RATE_WINDOW = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Duration timeout;
    private final long minWindowBytes;
    private final LongSupplier received;
    private final Consumer<ProblemException> onSlow;
    private long timer = -1;
    private long rateTimer = -1;
    private long before;
    private boolean paused;
    private boolean touched;

    /**
     * Measures nothing until it is started.
     *
     * @param minRate bytes per second that a client must send; 0 for any rate
     * @param received bytes so far
     * @param onSlow takes the refusal of a slow client, perhaps more than once
     */
    Pace(Vertx vertx, Duration timeout, long minRate, LongSupplier received, Consumer<ProblemException> onSlow) {
        this.vertx = vertx;
        this.timeout = timeout;
        this.minWindowBytes = minRate * RATE_WINDOW.toSeconds();
        this.received = received;
        this.onSlow = onSlow;
    }

    /** Starts the timeout. */
    void start() {
        timer = vertx.setTimer(
                timeout.toMillis(),
                late -> onSlow.accept(
                        new Problem(408, "The request body did not arrive in time (BODY_TIMEOUT).").asException()));
    }

    /** Starts to require the rate, too. */
    void requireRate() {
        before = received.getAsLong();
        rateTimer = vertx.setPeriodic(RATE_WINDOW.toMillis(), window -> checkRate());
    }

    /** A window in which the server itself has paused says nothing of the client. */
    private void checkRate() {
        boolean pausedInWindow = touched;
        touched = paused;
        long now = received.getAsLong();
        if (!pausedInWindow && now - before < minWindowBytes) {
            onSlow.accept(new Problem(
                            408,
                            "The request body arrives too slowly: less than " + minWindowBytes + " bytes in "
                                    + RATE_WINDOW.toSeconds() + " seconds (MIN_BODY_RATE).")
                    .asException());
        }
        before = now;
    }

    /** The server reads no more for now. */
    void pause() {
        paused = true;
        touched = true;
    }

    void resume() {
        paused = false;
    }

    /** Idempotent. */
    void stop() {
        vertx.cancelTimer(timer);
        vertx.cancelTimer(rateTimer);
    }
}
