package dev.sentinel.audit.forward;

import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of an event that the receiver refuses for good: it is kept for the administrator and passed, or
 * the destination stops before it. One event loop.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final ForwardParts parts;
    private final StoredDestination row;
    private final OnRefused onRefused;
    private final Skipping skipping;

    /** What to do now. */
    sealed interface Verdict {
        /** The event is kept with the destination; go on behind it. */
        record Skipped() implements Verdict {}

        /**
         * Nothing more is delivered until an administrator decides.
         *
         * @param why for the administrator
         */
        record Stop(String why) implements Verdict {}

        /** This server does not own the destination any more. */
        record Lost() implements Verdict {}
    }

    Refusals(ForwardParts parts, StoredDestination row, OnRefused onRefused) {
        this.parts = parts;
        this.row = row;
        this.onRefused = onRefused;
        this.skipping = new Skipping(row.state());
    }

    /** The receiver has accepted an event. */
    void accepted() {
        skipping.accepted();
    }

    /**
     * Judges one event. Fails if the store does.
     *
     * @param reason as the receiver gave it
     * @param acknowledged where the cursor is
     */
    Future<Verdict> judge(long seq, String reason, long acknowledged) {
        if (onRefused == OnRefused.STOP) {
            return stop("the event at position " + seq + " is refused: " + reason);
        }
        if (!skipping.isAllowed()) {
            return stop("one event after the other is refused, so the receiver seems to be set up wrongly,"
                    + " and no more are skipped; mend it, then retry the failures; at position " + seq + ": " + reason);
        }
        return parts.store()
                .skip(
                        row.id(),
                        row.fence(),
                        new RefusedEvent(seq, reason, parts.clock().instant()))
                .compose(kept -> kept ? skipped(seq, reason) : notKept(acknowledged));
    }

    private Future<Verdict> skipped(long seq, String reason) {
        if (skipping.skipped()) {
            LOG.warn("destination skips refused events destination={} seq={} reason=\"{}\"", row.id(), seq, reason);
        }
        return Future.succeededFuture(new Verdict.Skipped());
    }

    /** There are too many, or this server does not own the destination any more, as saving shows. */
    private Future<Verdict> notKept(long acknowledged) {
        return parts.store()
                .advance(row.id(), row.fence(), acknowledged)
                .compose(owned -> owned
                        ? stop("so many events are refused that no more can be kept; look at the failures, and retry or"
                                + " remove them")
                        : Future.succeededFuture(new Verdict.Lost()));
    }

    private static Future<Verdict> stop(String why) {
        return Future.succeededFuture(new Verdict.Stop(why));
    }
}
