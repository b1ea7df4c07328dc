package dev.sentinel.audit.store.postgres;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/**
 * What this server knows of the log without asking: how far it is sequenced, and what it has appended behind that. Any
 * thread.
 */
final class Progress {
    /** Events that were appended here together; the last arrival decides. */
    private record Appended(long lastArrival, long events) {}

    /** If nothing is sequenced for long, older entries are merged, and only their sum stays exact. */
    private static final int MAX_ENTRIES = 10_000;

    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private final ArrayDeque<Appended> unsequenced = new ArrayDeque<>();
    private long unsequencedEvents;
    private Watermark watermark = new Watermark(0, 0);
    private boolean fallenBack;

    /** Events that are durable now, with these arrivals. */
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
     * So far is the log sequenced when a connection begins. After a crash of the database that may be less than was
     * told before it; the same positions will be found again, and are then told again.
     */
    void beginsAt(Watermark now) {
        synchronized (this) {
            fallenBack |= now.nextArrival() < watermark.nextArrival();
        }
        sequenced(now);
    }

    /** The log is sequenced up to here. May come late, out of order and twice. */
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

    /** Events in the log, as far as this server knows. */
    synchronized long events() {
        return watermark.nextSeq() + unsequencedEvents;
    }
}
