package dev.sentinel.audit.persist;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A first-in first-out queue whose items have weights and are taken in batches. One thread. */
final class BatchQueue<T> {
    private record Entry<T>(T item, int weight) {}

    private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();

    void add(T item, int weight) {
        entries.add(new Entry<>(item, weight));
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
        return batch;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
