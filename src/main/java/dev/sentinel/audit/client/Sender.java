package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that send the buffer's events, each with one batch at a time. A batch is sent when it or the buffer is
 * full, when the linger time has passed, or at once during {@link #flush} and when the client closes.
 */
final class Sender {
    private static final Duration GRACE = Duration.ofMillis(500);
    /** The longest wait in milliseconds before a waiting thread checks whether the client is closing. */
    private static final long MAX_WAIT_MILLIS = 100;

    private static final long NONE = Long.MAX_VALUE;

    private final EventBuffer buffer;
    private final Ledger ledger;
    private final Closing closing;
    private final int batchEvents;
    private final int batchBytes;
    private final long lingerNanos;
    private final List<Thread> threads = new ArrayList<>();

    /** For each thread, the number of events taken from the buffer before the thread's current batch. */
    private final long[] firsts;

    /** Whether the threads were woken for a full batch, so that only one event per batch pays for it. */
    private volatile boolean woken;

    /** Events up to this number must be taken without lingering. */
    private volatile long flushTarget;

    private volatile boolean finished;
    private boolean givenUp;
    private long undelivered;
    private long partlyDelivered;

    Sender(
            EventBuffer buffer,
            Ledger ledger,
            Closing closing,
            int inFlight,
            int batchEvents,
            int batchBytes,
            Duration linger,
            Supplier<Delivery> deliveries) {
        this.buffer = buffer;
        this.ledger = ledger;
        this.closing = closing;
        this.batchEvents = batchEvents;
        this.batchBytes = batchBytes;
        this.lingerNanos = linger.toNanos();
        this.firsts = new long[inFlight];
        Arrays.fill(firsts, NONE);
        for (int i = 0; i < inFlight; i++) {
            SendLoop loop = new SendLoop(this, i, deliveries.get(), closing, ledger);
            Thread thread = new Thread(loop, "sentinel-audit-sender-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Called when the buffer has accepted an event. Any thread; costs a few reads unless a batch is full. */
    void accepted() {
        if (finished) {
            // The client was closed since it was found open, and no thread is left to send the event.
            dropRest();
        }
        if (!woken && isBatchFull()) {
            wake();
        }
    }

    /** Called when the buffer is full, even though no batch may be. Any thread. */
    void full() {
        if (!woken) {
            wake();
        }
    }

    private void wake() {
        woken = true;
        threads.forEach(LockSupport::unpark);
    }

    private boolean isBatchFull() {
        return buffer.accepted() - buffer.taken() >= batchEvents || buffer.untakenBytes() >= batchBytes;
    }

    /**
     * Waits until there is a reason to take a batch, at most for the linger time.
     *
     * @param acceptedWhenEmpty the number of events that the buffer had accepted when the last take returned nothing;
     *     -1 if it returned a batch
     */
    void linger(long acceptedWhenEmpty) {
        woken = false;
        boolean due = isBatchFull() || buffer.taken() < flushTarget;
        // Events that could not be taken last time must not cause a busy loop.
        if (!due || buffer.accepted() == acceptedWhenEmpty) {
            LockSupport.parkNanos(this, lingerNanos);
        }
        if (Thread.interrupted() && closing.hasBegun()) {
            Thread.currentThread().interrupt();
        }
        // Otherwise the interrupt is cleared, or parking would return at once from now on.
    }

    long acceptedSoFar() {
        return buffer.accepted();
    }

    synchronized @Nullable Batch take(int slot) {
        Batch batch = buffer.take(batchEvents, batchBytes);
        if (batch != null) {
            firsts[slot] = batch.first();
        }
        return batch;
    }

    synchronized void complete(int slot, Batch batch, int left) {
        firsts[slot] = NONE;
        givenUp |= left > 0;
        if (left == 0 || !buffer.isPersistent()) {
            undelivered += left;
            buffer.complete(batch);
        } else {
            partlyDelivered += batch.events().size() - left;
        }
        notifyAll();
    }

    /** Offers an event until the buffer accepts it, the deadline passes, or closing begins. */
    synchronized EventBuffer.Offer offerUntil(byte[] event, long deadline) throws InterruptedException {
        EventBuffer.Offer offer = buffer.offer(event);
        long nanos;
        while (offer == EventBuffer.Offer.FULL && (nanos = deadline - System.nanoTime()) > 0 && !closing.hasBegun()) {
            full();
            wait(Math.min(MAX_WAIT_MILLIS, nanos / 1_000_000 + 1));
            offer = buffer.offer(event);
        }
        return offer;
    }

    /** Waits until all events accepted before this call are completed. */
    boolean flush(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        long target = buffer.accepted();
        synchronized (this) {
            flushTarget = Math.max(flushTarget, target);
            threads.forEach(LockSupport::unpark);
            while (completedBelow() < target) {
                long nanos = deadline - System.nanoTime();
                if (nanos <= 0 || (closing.hasBegun() && closing.left().isZero())) {
                    return false;
                }
                wait(Math.min(MAX_WAIT_MILLIS, nanos / 1_000_000 + 1));
            }
            return !givenUp;
        }
    }

    private long completedBelow() {
        return Math.min(buffer.taken(), Arrays.stream(firsts).min().orElse(NONE));
    }

    /** The number of waiting events, without those of unfinished batches that the server already has. */
    synchronized long waiting() {
        return buffer.pending() - partlyDelivered;
    }

    /** Stops the threads before the deadline of {@link Closing} and counts the events that were not sent. */
    void close() {
        threads.forEach(LockSupport::unpark);
        // An interrupted thread that closes the client still wants the remaining events to be sent.
        boolean interrupted = Thread.interrupted();
        for (Thread thread : threads) {
            interrupted |= join(thread, closing.left());
        }
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                thread.interrupt();
                interrupted |= join(thread, GRACE);
            }
        }
        finished = true;
        dropRest();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Called when one of the threads has ended. */
    void ended() {
        if (finished) {
            // The thread ended after close() had counted the rest.
            dropRest();
        }
    }

    /** Counts the events of a buffer that is no longer sent as lost, unless the buffer is persistent. */
    private void dropRest() {
        long lost = buffer.isPersistent() ? 0 : takeRest();
        if (lost > 0) {
            ledger.dropped(lost, "closed before they could be sent");
        }
    }

    private synchronized long takeRest() {
        long lost = undelivered;
        undelivered = 0;
        Batch rest;
        while ((rest = buffer.take(Integer.MAX_VALUE, Integer.MAX_VALUE)) != null) {
            buffer.complete(rest);
            lost += rest.events().size();
        }
        return lost;
    }

    /** Returns whether the calling thread was interrupted while it waited. */
    private static boolean join(Thread thread, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean interrupted = false;
        // A listener may close the client on this thread, which must not wait for itself.
        while (thread != Thread.currentThread() && thread.isAlive() && System.nanoTime() < deadline) {
            try {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
