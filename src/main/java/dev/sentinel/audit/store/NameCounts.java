package dev.sentinel.audit.store;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Counts events and errors by a name. Of very many names, only the first ones, which bounds the memory. One thread. */
final class NameCounts {
    /** Of 1,024 characters each at most: some megabytes. */
    static final int MAX_NAMES = 5_000;

    /** As a database orders them: by UTF-8. */
    private static final Comparator<StatsTop> BY_NAME = Comparator.comparing(StatsTop::name, (left, right) -> {
        int place = mismatch(left, right);
        return place < Math.min(left.length(), right.length())
                ? Integer.compare(weight(left.charAt(place)), weight(right.charAt(place)))
                : Integer.compare(left.length(), right.length());
    });

    /** Events and errors. */
    private final Map<String, long[]> counts = new HashMap<>();

    private long events;
    private boolean complete = true;

    /** @param name null for an event without one, which is not counted */
    void add(@Nullable String name, boolean error) {
        if (name == null) {
            return;
        }
        long[] known = counts.get(name);
        if (known == null) {
            if (counts.size() == MAX_NAMES) {
                complete = false;
                return;
            }
            known = new long[2];
            counts.put(name, known);
        }
        known[0]++;
        known[1] += error ? 1 : 0;
        events++;
    }

    /** Whether every name is counted. */
    boolean isComplete() {
        return complete;
    }

    Stats.Tops build(int top) {
        List<StatsTop> all = counts.entrySet().stream()
                .map(count -> new StatsTop(count.getKey(), count.getValue()[0], count.getValue()[1]))
                .toList();
        return new Stats.Tops(most(all, StatsTop::events, top), most(all, StatsTop::errors, top), all.size(), events);
    }

    /** Keeps the best so far instead of sorting all names: this runs on an event loop. */
    private static List<StatsTop> most(List<StatsTop> all, ToLongFunction<StatsTop> by, int top) {
        Comparator<StatsTop> order = Comparator.comparingLong(by).reversed().thenComparing(BY_NAME);
        PriorityQueue<StatsTop> best = new PriorityQueue<>(top + 1, order.reversed());
        for (StatsTop one : all) {
            if (by.applyAsLong(one) > 0) {
                best.add(one);
                if (best.size() > top) {
                    best.remove();
                }
            }
        }
        return best.stream().sorted(order).toList();
    }

    /** The first place where two texts differ, or the length of the shorter one. */
    private static int mismatch(String left, String right) {
        int end = Math.min(left.length(), right.length());
        int place = 0;
        while (place < end && left.charAt(place) == right.charAt(place)) {
            place++;
        }
        return place;
    }

    /** The order of a char in UTF-8: surrogates stand for characters behind all others. */
    private static int weight(char c) {
        return Character.isSurrogate(c) ? c + Character.MAX_VALUE : c;
    }
}
