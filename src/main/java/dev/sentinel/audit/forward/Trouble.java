package dev.sentinel.audit.forward;

import dev.sentinel.audit.store.DestinationState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Judges the failures of one destination: what they mean, and when to try again. Not thread-safe. */
final class Trouble {
    private static final int MAX_ERROR = 300;

    private final Timing timing;
    private final LongSupplier nanos;
    private final Backoff backoff;
    private final Deque<Long> denials = new ArrayDeque<>();
    private DestinationState state;
    private @Nullable String error;
    private @Nullable Long since;

    /**
     * @param state that the last owner left
     * @param nanos as {@link System#nanoTime}
     */
    Trouble(Timing timing, DestinationState state, @Nullable String error, DoubleSupplier random, LongSupplier nanos) {
        this.timing = timing;
        this.nanos = nanos;
        this.backoff = new Backoff(timing.firstRetry(), timing.maxRetry(), random);
        this.state = state;
        this.error = error;
    }

    DestinationState state() {
        return state;
    }

    /** What went wrong last; null if all is well. */
    @Nullable
    String error() {
        return error;
    }

    /** A delivery succeeded. */
    void end() {
        backoff.reset();
        denials.clear();
        since = null;
        error = null;
        state = DestinationState.RUNNING;
    }

    /** A delivery failed. Returns how long to wait. */
    Duration failed(Throwable cause) {
        DeliveryException known = cause instanceof DeliveryException delivery ? delivery : null;
        // Other exceptions may quote what was sent.
        error = cut(known == null ? cause.getClass().getSimpleName() : String.valueOf(known.getMessage()));
        long now = nanos.getAsLong();
        if (since == null) {
            since = now;
        }
        Duration retryAfter = known == null ? Duration.ZERO : known.retryAfter().orElse(Duration.ZERO);
        if (known != null && known.kind() == DeliveryException.Kind.DENIED && isDeniedForGood(now)) {
            state = DestinationState.STOPPED;
        } else if (state == DestinationState.RUNNING
                && now - since >= timing.failingAfter().toNanos()) {
            state = DestinationState.FAILING;
        }
        if (state == DestinationState.STOPPED) {
            return timing.lookAgain();
        }
        return known != null && known.kind() == DeliveryException.Kind.DENIED
                ? timing.deniedRetry()
                : backoff.next(retryAfter);
    }

    private boolean isDeniedForGood(long now) {
        denials.add(now);
        while (now - denials.getFirst() > timing.deniedWindow().toNanos()) {
            denials.removeFirst();
        }
        return denials.size() >= Timing.DENIALS;
    }

    /** Nothing but a decision of an administrator, or a change of the receiver, will help. Returns how long to wait. */
    Duration stop(String why) {
        state = DestinationState.STOPPED;
        error = cut(why);
        return timing.lookAgain();
    }

    private static String cut(String text) {
        return text.length() <= MAX_ERROR ? text : text.substring(0, MAX_ERROR);
    }
}
