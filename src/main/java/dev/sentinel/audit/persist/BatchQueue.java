package dev.sentinel.audit.persist;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded first-in first-out queue whose items have weights and are taken in batches. It refuses rather than blocks
 * or drops: what it accepted, it hands out.
 *
 * <p>One thread only, except {@link #depth()}.
 */
final class BatchQueue<T> {
    private record Entry<T>(T item, int weight) {}

    private final int capacity;
    private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();
    private volatile int depth;

    BatchQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Takes the item and returns true, or leaves it and returns false because there is no room for its weight. */
    boolean offer(T item, int weight) {
        if (weight > capacity - depth) {
            return false;
        }
        entries.add(new Entry<>(item, weight));
        setDepth(depth + weight);
        return true;
    }

    /** The oldest items, as many as weigh at most maxWeight together; the first one however heavy it is. */
    List<T> drain(int maxWeight) {
        List<T> batch = new ArrayList<>();
        int weight = 0;
        while (!entries.isEmpty() && (batch.isEmpty() || weight + entries.peek().weight <= maxWeight)) {
            Entry<T> entry = entries.remove();
            batch.add(entry.item);
            weight += entry.weight;
        }
        setDepth(depth - weight);
        return batch;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The weight of what is queued. Any thread. */
    int depth() {
        return depth;
    }

    private void setDepth(int value) {
        depth = value;
    }
}
