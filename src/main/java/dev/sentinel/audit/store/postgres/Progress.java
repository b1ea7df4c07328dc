package dev.sentinel.audit.store.postgres;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/**
 * The server's local knowledge of the log: how far it is sequenced, and which events this server appended beyond that.
 * Any thread.
 */
final class Progress {
    /** Events appended in one batch; they count as sequenced when the last arrival is. */
    private record Appended(long lastArrival, long events) {}

    /** If nothing is sequenced for a long time, entries are merged and only their sum stays exact. */
    private static final int MAX_ENTRIES = 10_000;

    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private final ArrayDeque<Appended> unsequenced = new ArrayDeque<>();
    private long unsequencedEvents;
    private Watermark watermark = new Watermark(0, 0);
    private boolean fallenBack;

    /** Records that events with these arrivals are durable. */
    synchronized void appended(long[] arrivals) {
        long last = -1;
        long events = 0;
        for (long arrival : arrivals) {
            if (arrival >= watermark.nextArrival()) {
                last = Math.max(last, arrival);
                events++;
            }
        }
        if (events == 0) {
            return;
        }
        unsequencedEvents += events;
        if (unsequenced.size() >= MAX_ENTRIES) {
            Appended before = unsequenced.removeLast();
            last = Math.max(last, before.lastArrival);
            events += before.events;
        }
        unsequenced.add(new Appended(last, events));
    }

    /**
     * Sets how far the log is sequenced when a connection begins. After a crash of the database that may be less than
     * was reported before; the same positions are then assigned and reported again.
     */
    void beginsAt(Watermark now) {
        synchronized (this) {
            fallenBack |= now.nextArrival() < watermark.nextArrival();
        }
        sequenced(now);
    }

    /** Records that the log is sequenced up to here. Calls may be late, out of order and repeated. */
    void sequenced(Watermark reached) {
        synchronized (this) {
            if (reached.nextArrival() < watermark.nextArrival()
                    || (reached.nextArrival() == watermark.nextArrival() && !fallenBack)) {
                return;
            }
            fallenBack = false;
            watermark = reached;
            while (!unsequenced.isEmpty() && unsequenced.peek().lastArrival < reached.nextArrival()) {
                unsequencedEvents -= unsequenced.remove().events;
            }
        }
        listeners.forEach(listener -> listener.accept(reached.nextSeq()));
    }

    void listen(LongConsumer listener) {
        listeners.add(listener);
    }

    synchronized Watermark watermark() {
        return watermark;
    }

    /** The number of events in the log, as far as this server knows. */
    synchronized long events() {
        return watermark.nextSeq() + unsequencedEvents;
    }
}
