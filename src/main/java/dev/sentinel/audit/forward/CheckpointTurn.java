package dev.sentinel.audit.forward;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says which checkpoint one destination is given next: the newest one, once the events that it covers are delivered.
 * While the log grows, the newest one is always ahead, so one is held until its turn comes. One event loop.
 */
final class CheckpointTurn {
    private final Supplier<Optional<SignedCheckpoint>> newest;
    private final long interval;
    private @Nullable SignedCheckpoint held;
    private long given = -1;
    private long givenAt;

    /** @param interval between two checkpoints */
    CheckpointTurn(Supplier<Optional<SignedCheckpoint>> newest, Duration interval) {
        this.newest = newest;
        this.interval = interval.toNanos();
        this.givenAt = System.nanoTime() - this.interval;
    }

    /**
     * The checkpoint whose turn it is; null if there is none.
     *
     * @param acknowledged the position before which everything is delivered
     */
    @Nullable
    SignedCheckpoint due(long acknowledged) {
        if (held == null && System.nanoTime() - givenAt >= interval) {
            held = newest.get()
                    .filter(checkpoint -> checkpoint.size() > Math.max(0, given))
                    .orElse(null);
        }
        return held != null && held.size() <= acknowledged ? held : null;
    }

    /** The destination has taken it. */
    void given() {
        if (held != null) {
            given = held.size();
            givenAt = System.nanoTime();
            held = null;
        }
    }
}
