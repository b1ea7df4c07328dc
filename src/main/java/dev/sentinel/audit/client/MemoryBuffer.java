package dev.sentinel.audit.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Keeps events on the heap. Lock-free: threads that record at the same time do not wait for each other. */
final class MemoryBuffer implements EventBuffer {
    /** Heap bytes of an event in addition to its JSON: array header, padding and queue node. */
    private static final int OVERHEAD = 48;

    private static final int EVENTS_SHIFT = 40;
    private static final long ONE_EVENT = 1L << EVENTS_SHIFT;
    private static final long BYTES = ONE_EVENT - 1;

    private final int maxEvents;
    private final long maxBytes;
    private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();

    /** Events in the upper 24 bits and bytes in the lower 40, so that one addition enforces both bounds. */
    private final AtomicLong reserved = new AtomicLong();

    /** The part of {@link #reserved} that was taken. */
    private final AtomicLong inFlight = new AtomicLong();

    private final AtomicLong accepted = new AtomicLong();
    private volatile long taken;

    /**
     * Creates an empty buffer.
     *
     * @param maxEvents below 8 million
     * @param maxBytes of heap, below 512 GiB
     */
    MemoryBuffer(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    @Override
    public Offer offer(byte[] event) {
        long share = ONE_EVENT + event.length + OVERHEAD;
        long now = reserved.addAndGet(share);
        if (now >>> EVENTS_SHIFT > maxEvents || (now & BYTES) > maxBytes) {
            reserved.addAndGet(-share);
            return Offer.FULL;
        }
        queue.add(event);
        accepted.incrementAndGet();
        return Offer.ACCEPTED;
    }

    @Override
    public long recover() {
        return 0;
    }

    @Override
    public @Nullable Batch take(int maxCount, int maxSize) {
        List<byte[]> events = new ArrayList<>((int) Math.min(maxCount, pending()));
        long size = 0;
        boolean full = false;
        for (byte[] next : queue) {
            size += next.length + 1;
            full = events.size() == maxCount || (size > maxSize && !events.isEmpty());
            if (full) {
                break;
            }
            events.add(next);
        }
        if (events.isEmpty()) {
            return null;
        }
        long first = taken;
        long share = share(events);
        Batch batch = new Batch(events, first, full, null);
        // Last, after all allocations: if one fails, every event must still be in the queue.
        for (int i = 0; i < events.size(); i++) {
            queue.remove();
        }
        inFlight.addAndGet(share);
        taken = first + events.size();
        return batch;
    }

    @Override
    public void complete(Batch batch) {
        long share = share(batch.events());
        inFlight.addAndGet(-share);
        reserved.addAndGet(-share);
    }

    private static long share(List<byte[]> events) {
        long share = 0;
        for (byte[] event : events) {
            share += ONE_EVENT + event.length + OVERHEAD;
        }
        return share;
    }

    @Override
    public long accepted() {
        return accepted.get();
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public long untakenBytes() {
        long all = reserved.get();
        long gone = inFlight.get();
        long events = (all >>> EVENTS_SHIFT) - (gone >>> EVENTS_SHIFT);
        // Each event takes a line feed instead of its overhead.
        return (all & BYTES) - (gone & BYTES) - events * (OVERHEAD - 1);
    }

    @Override
    public long pending() {
        return reserved.get() >>> EVENTS_SHIFT;
    }

    @Override
    public long pendingBytes() {
        return reserved.get() & BYTES;
    }

    @Override
    public boolean isPersistent() {
        return false;
    }

    @Override
    public void close() {
        // The sender counts the remaining events, because it knows whether they were sent.
    }
}
