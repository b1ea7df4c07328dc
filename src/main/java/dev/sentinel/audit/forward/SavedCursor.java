package dev.sentinel.audit.forward;

import dev.sentinel.audit.store.DestinationStore;
import io.vertx.core.Future;
import java.time.Duration;

/** The cursor of one destination: how far it is acknowledged, and how far that is saved. One event loop. */
final class SavedCursor {
    private final DestinationStore store;
    private final String id;
    private final long fence;
    private final long interval;
    private long saved;
    private long savedAt = System.nanoTime();
    private Future<Boolean> saving = Future.succeededFuture(true);

    // Volatile: metrics read it.
    private volatile long acknowledged;

    SavedCursor(DestinationStore store, String id, long fence, long next, Duration interval) {
        this.store = store;
        this.id = id;
        this.fence = fence;
        this.interval = interval.toNanos();
        this.saved = next;
        this.acknowledged = next;
    }

    /** The position after the last one that needs no delivery. Any thread. */
    long acknowledged() {
        return acknowledged;
    }

    /** The other side has everything before this position, or need not have it. */
    void acknowledge(long next) {
        acknowledged = next;
    }

    boolean isSaved() {
        return saved == acknowledged;
    }

    /** Whether there is more to save than a crash may repeat. */
    boolean isDue() {
        return !isSaved() && System.nanoTime() - savedAt >= interval;
    }

    /**
     * Saves what is acknowledged, after an earlier save that is still under way. False if this server does not own the
     * destination any more. If it fails, it stays due.
     */
    Future<Boolean> save() {
        saving = saving.otherwise(true).compose(before -> {
            long next = acknowledged;
            if (!before || next == saved) {
                return Future.succeededFuture(before);
            }
            return store.advance(id, fence, next).onSuccess(owned -> {
                saved = next;
                savedAt = System.nanoTime();
            });
        });
        return saving;
    }
}
