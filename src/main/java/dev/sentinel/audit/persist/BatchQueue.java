package dev.sentinel.audit.persist;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded first-in first-out queue whose items have weights and are taken in batches. When it is full, it refuses an
 * item instead of blocking or dropping one.
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

    /** Adds the item and returns true, or returns false if there is no capacity for its weight. */
    boolean offer(T item, int weight) {
        if (weight > capacity - depth) {
            return false;
        }
        entries.add(new Entry<>(item, weight));
        setDepth(depth + weight);
        return true;
    }

    /** Removes and returns the oldest items with a total weight of at most {@code maxWeight}, but at least one. */
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

    /** The total weight of the queued items. Any thread. */
    int depth() {
        return depth;
    }

    private void setDepth(int value) {
        depth = value;
    }
}
