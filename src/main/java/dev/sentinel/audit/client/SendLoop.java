package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of a {@link Sender} does: takes a batch, delivers it, takes the next. A defect of ours, or a heap
 * that is full for a moment, must not end it: who would send then? So what it is at stays here, and it goes on with
 * that.
 */
final class SendLoop implements Runnable {
    private static final Duration PAUSE_AFTER_DEFECT = Duration.ofSeconds(1);

    private final Sender sender;
    private final int slot;
    private final Delivery delivery;
    private final Closing closing;
    private final Ledger ledger;

    private @Nullable Batch batch;

    /** What of the batch is not decided yet. */
    private final Deque<List<byte[]>> parts = new ArrayDeque<>();

    private boolean more;
    private boolean failed;

    /** How many events the buffer had accepted when there was nothing to take, the last time; else -1. */
    private long nothingOf = -1;

    /** @param slot which of the sender's threads it is */
    SendLoop(Sender sender, int slot, Delivery delivery, Closing closing, Ledger ledger) {
        this.sender = sender;
        this.slot = slot;
        this.delivery = delivery;
        this.closing = closing;
        this.ledger = ledger;
    }

    @Override
    public void run() {
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = turn();
                failed = false;
            } catch (Throwable e) {
                ledger.defect(e);
                failed = true;
                if (!closing.hasBegun()) {
                    LockSupport.parkNanos(this, PAUSE_AFTER_DEFECT.toNanos());
                }
            }
        }
        sender.ended();
    }

    /** Returns whether another one is to follow. */
    private boolean turn() {
        boolean lastTry = failed && closing.hasBegun();
        if (batch == null && !lastTry) {
            next();
        }
        Batch current = batch;
        if (current == null) {
            return !closing.hasBegun();
        }
        int left = lastTry ? parts.stream().mapToInt(List::size).sum() : delivery.deliver(parts);
        // Before it is completed, which must not happen twice.
        batch = null;
        parts.clear();
        sender.complete(slot, current, left);
        return left == 0;
    }

    private void next() {
        if (!more && !closing.hasBegun()) {
            sender.linger(nothingOf);
        }
        long accepted = sender.acceptedSoFar();
        Batch taken = sender.take(slot);
        more = taken != null && taken.full();
        nothingOf = taken == null ? accepted : -1;
        if (taken != null) {
            parts.add(taken.events());
            batch = taken;
        }
    }
}
