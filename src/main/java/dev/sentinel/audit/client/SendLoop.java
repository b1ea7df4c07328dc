package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one {@link Sender} thread: takes a batch, delivers it, takes the next. A bug or a temporary lack of
 * memory must not end it, or nothing would be sent any more. So the current batch is kept in fields, and the loop
 * continues with it.
 */
final class SendLoop implements Runnable {
    private static final Duration PAUSE_AFTER_DEFECT = Duration.ofSeconds(1);

    private final Sender sender;
    private final int slot;
    private final Delivery delivery;
    private final Closing closing;
    private final Ledger ledger;

    private @Nullable Batch batch;

    /** The parts of the batch that are not decided yet. */
    private final Deque<List<byte[]>> parts = new ArrayDeque<>();

    private boolean more;
    private boolean failed;

    /**
     * The number of events that the buffer had accepted when the last take returned nothing; -1 if it returned a batch.
     */
    private long acceptedWhenEmpty = -1;

    /** @param slot the index of this thread in the sender */
    SendLoop(Sender sender, int slot, Delivery delivery, Closing closing, Ledger ledger) {
        this.sender = sender;
        this.slot = slot;
        this.delivery = delivery;
        this.closing = closing;
        this.ledger = ledger;
    }

    @Override
    public void run() {
        boolean running = true;
        while (running) {
            try {
                running = sendNext();
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

    /** Delivers one batch. Returns false to end the loop. */
    private boolean sendNext() {
        // Asked before: events that were recorded until closing began must be taken after it.
        boolean isClosing = closing.hasBegun();
        boolean lastTry = failed && isClosing;
        if (batch == null && !lastTry) {
            next();
        }
        Batch current = batch;
        if (current == null) {
            return !isClosing;
        }
        int left = lastTry ? parts.stream().mapToInt(List::size).sum() : delivery.deliver(parts);
        // Cleared before completing, because a batch must not be completed twice.
        batch = null;
        parts.clear();
        sender.complete(slot, current, left);
        return left == 0;
    }

    private void next() {
        if (!more && !closing.hasBegun()) {
            sender.linger(acceptedWhenEmpty);
        }
        long accepted = sender.acceptedSoFar();
        Batch taken = sender.take(slot);
        more = taken != null && taken.full();
        acceptedWhenEmpty = taken == null ? accepted : -1;
        if (taken != null) {
            parts.add(taken.events());
            batch = taken;
        }
    }
}
