package dev.sentinel.audit.forward;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last attempts of one destination. Any thread. */
final class Attempts {
    private static final int KEPT = 100;

    private final Deque<Attempt> last = new ArrayDeque<>(KEPT);

    synchronized void add(Attempt attempt) {
        if (last.size() == KEPT) {
            last.removeLast();
        }
        last.addFirst(attempt);
    }

    /** Newest first. */
    synchronized List<Attempt> newestFirst() {
        return List.copyOf(last);
    }
}
