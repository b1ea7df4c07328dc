package dev.sentinel.audit.store.sqlite;

import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Ids and positions of the newest events: of all that are in the log but not in the index file yet, and of some more,
 * because events that are sent twice are mostly recent ones. {@link IdWriter} bounds them.
 *
 * <p>An open-addressing table of primitive numbers, because a hundred thousand objects that live for some seconds would
 * burden the garbage collector. Any thread.
 */
final class RecentIds {
    private static final int INITIAL_SLOTS = 1 << 10;

    /** Two longs for the id, one for the position plus one; zero there means a free slot. */
    private static final int WIDTH = 3;

    /** Secret, because clients choose the ids: they must not be able to provoke collisions. */
    private final long secret = new SplittableRandom().nextLong() | 1;

    private final IdFilters indexed = new IdFilters();

    private long[] slots = new long[INITIAL_SLOTS * WIDTH];
    private int size;

    /** The filters of the ids that are in the index file. An id is added to them before it is removed from here. */
    IdFilters indexed() {
        return indexed;
    }

    synchronized void put(UUID eventId, long seq) {
        if (2 * (size + 1) > slots.length / WIDTH) {
            resize(2 * slots.length);
        }
        int at = slotOf(eventId.getMostSignificantBits(), eventId.getLeastSignificantBits());
        size += slots[at + 2] == 0 ? 1 : 0;
        fill(at, eventId.getMostSignificantBits(), eventId.getLeastSignificantBits(), seq + 1);
    }

    /** The position of an event; empty if the id is not in this table. */
    synchronized OptionalLong seqOf(UUID eventId) {
        int at = slotOf(eventId.getMostSignificantBits(), eventId.getLeastSignificantBits());
        return slots[at + 2] == 0 ? OptionalLong.empty() : OptionalLong.of(slots[at + 2] - 1);
    }

    synchronized int size() {
        return size;
    }

    /** Removes the ids before a position, because the index file has committed them. */
    synchronized void removeBefore(long seq) {
        int left = 0;
        for (int at = 0; at < slots.length; at += WIDTH) {
            if (slots[at + 2] - 1 < seq) {
                slots[at + 2] = 0;
            }
            left += slots[at + 2] == 0 ? 0 : 1;
        }
        int length = INITIAL_SLOTS;
        while (length <= 2 * left) {
            length *= 2;
        }
        // Always rehash: a remaining id may now be behind a free slot, where a look-up would not find it.
        resize(length * WIDTH);
    }

    private void resize(int length) {
        long[] old = slots;
        slots = new long[length];
        size = 0;
        for (int at = 0; at < old.length; at += WIDTH) {
            if (old[at + 2] != 0) {
                fill(slotOf(old[at], old[at + 1]), old[at], old[at + 1], old[at + 2]);
                size++;
            }
        }
    }

    private void fill(int at, long high, long low, long seqPlusOne) {
        slots[at] = high;
        slots[at + 1] = low;
        slots[at + 2] = seqPlusOne;
    }

    /** The slot of an id, or the free slot where it belongs; a free slot always exists. */
    private int slotOf(long high, long low) {
        int count = slots.length / WIDTH;
        long hash = (high ^ Long.rotateLeft(low * secret, 32)) * secret;
        int slot = (int) (hash >>> 33) & (count - 1);
        while (slots[slot * WIDTH + 2] != 0 && (slots[slot * WIDTH] != high || slots[slot * WIDTH + 1] != low)) {
            slot = (slot + 1) & (count - 1);
        }
        return slot * WIDTH;
    }
}
