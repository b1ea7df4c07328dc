package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that empty the buffer, each with one batch at a time. A batch goes when it or the buffer is full, or when
 * the linger time is over, or at once if somebody waits in {@link #flush} or the client closes.
 */
final class Sender {
    private static final Duration GRACE = Duration.ofMillis(500);
    /** Milliseconds; whoever waits here looks at whether the client closes. */
    private static final long LONGEST_LOOK = 100;

    private static final long NONE = Long.MAX_VALUE;

    private final EventBuffer buffer;
    private final Ledger ledger;
    private final Closing closing;
    private final int batchEvents;
    private final int batchBytes;
    private final long lingerNanos;
    private final List<Thread> threads = new ArrayList<>();

    /** For each thread, how many events the buffer had given out before the batch that it holds. */
    private final long[] firsts;

    /** Whether the threads were told to take what there is; so only one event in a batch pays for it. */
    private volatile boolean told;

    /** How many events must be taken without lingering. */
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

    /** The buffer has accepted an event. Any thread; costs some reads unless a batch is full. */
    void accepted() {
        if (finished) {
            // The threads that would send it have gone since the client was found open.
            dropRest();
        }
        if (!told && isBatchFull()) {
            tell();
        }
    }

    /** The buffer is full, which a batch may not be. Any thread. */
    void full() {
        if (!told) {
            tell();
        }
    }

    private void tell() {
        told = true;
        threads.forEach(LockSupport::unpark);
    }

    private boolean isBatchFull() {
        return buffer.accepted() - buffer.taken() >= batchEvents || buffer.untakenBytes() >= batchBytes;
    }

    /**
     * Waits until there is a reason to take a batch, but not longer than events wait for others.
     *
     * @param nothingOf how many events the buffer had accepted when it had nothing to give; -1 if it gave something
     */
    void linger(long nothingOf) {
        told = false;
        boolean due = isBatchFull() || buffer.taken() < flushTarget;
        // What cannot be taken now is no reason to ask for it without a pause.
        if (!due || buffer.accepted() == nothingOf) {
            LockSupport.parkNanos(this, lingerNanos);
        }
        if (Thread.interrupted() && closing.hasBegun()) {
            Thread.currentThread().interrupt();
        }
        // Else nobody has a reason to interrupt, and parking would return at once from now on.
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
        if (left == 0 || !buffer.survives()) {
            undelivered += left;
            buffer.complete(batch);
        } else {
            partlyDelivered += batch.events().size() - left;
        }
        notifyAll();
    }

    /** Offers an event until there is room, or the time is over, or closing begins. */
    synchronized EventBuffer.Offer offerUntil(byte[] event, long deadline) throws InterruptedException {
        EventBuffer.Offer offer = buffer.offer(event);
        long nanos;
        while (offer == EventBuffer.Offer.FULL && (nanos = deadline - System.nanoTime()) > 0 && !closing.hasBegun()) {
            full();
            wait(Math.min(LONGEST_LOOK, nanos / 1_000_000 + 1));
            offer = buffer.offer(event);
        }
        return offer;
    }

    /** Waits until all that was accepted before is completed. */
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
                wait(Math.min(LONGEST_LOOK, nanos / 1_000_000 + 1));
            }
            return !givenUp;
        }
    }

    private long completedBelow() {
        return Math.min(buffer.taken(), Arrays.stream(firsts).min().orElse(NONE));
    }

    /** How many events wait, of which the server has not got some already. */
    synchronized long waiting() {
        return buffer.pending() - partlyDelivered;
    }

    /** Ends the threads within the time that {@link Closing} leaves, and counts what was not sent. */
    void close() {
        threads.forEach(LockSupport::unpark);
        // Whoever was interrupted closes the client all the same, and wants what is left to be sent.
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

    /** One of the threads has ended. */
    void ended() {
        if (finished) {
            // Too late for whoever has closed the client to count it.
            dropRest();
        }
    }

    /** Counts as lost what is in a buffer that nobody empties any more, unless it stays there. */
    private void dropRest() {
        long lost = buffer.survives() ? 0 : takeRest();
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

    /** Returns whether the waiting thread was interrupted meanwhile. */
    private static boolean join(Thread thread, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean interrupted = false;
        // A listener may close the client, on this very thread.
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
