package dev.sentinel.audit.forward;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Where events go. Used on one event loop; there is one call of {@link #deliver} at a time, and the batches come in the
 * order of their positions. A batch MAY come again, for example after a crash.
 */
public interface Destination {

    /**
     * Prepares to go on where the last owner has ended, before the first delivery and after one that failed. For
     * destinations that keep that together with the events: then no event is there twice, whatever the saved cursor
     * says. Not called for a replay or for single events, which are delivered again on purpose.
     *
     * @return null if the other side does not say; fails as {@link #deliver} does
     */
    default Future<@Nullable LastDelivered> resume() {
        return Future.succeededFuture();
    }

    /**
     * Hands over a batch.
     *
     * @return MUST NOT succeed before the other side has taken responsibility for every event of the batch, as far as
     *     its protocol can say so. Fails with a {@link DeliveryException}, or with any other exception, which counts as
     *     a transient one; then the same batch is delivered again.
     */
    Future<Delivery> deliver(Batch batch);

    /** Whether {@link #checkpoint} is called. MUST NOT change. */
    default boolean takesCheckpoints() {
        return false;
    }

    /**
     * Hands over a signed checkpoint of the log, after the events that it covers, so that the other side can prove
     * later what it was given. Not while a delivery is under way. A checkpoint MAY come again.
     *
     * @return fails as {@link #deliver} does; then it comes again
     */
    default Future<Void> checkpoint(SignedCheckpoint checkpoint) {
        return Future.succeededFuture();
    }

    /** How large batches may be. MUST NOT change. */
    Limits limits();

    /** What a successful delivery means. MUST NOT change. */
    Guarantee guarantee();

    /**
     * Says whether a delivery would probably succeed, without delivering an event where the protocol allows that. It
     * MUST use the same connection settings, address check, TLS and credentials as {@link #deliver}; a test that passes
     * while deliveries fail is worse than none.
     *
     * @return fails as {@link #deliver} does
     */
    Future<Void> test();

    /** Releases all resources. Idempotent. A delivery that is under way MAY fail. */
    Future<Void> close();
}
