package dev.sentinel.audit.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Counts events and errors by a name. Of very many names, only the first ones, which bounds the memory. One thread. */
final class NameCounts {
    /** Of 1,024 characters each at most: some megabytes. */
    static final int MAX_NAMES = 5_000;

    /** As a database orders them. */
    private static final Comparator<StatsTop> BY_NAME =
            Comparator.comparing(top -> top.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

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

    private static List<StatsTop> most(List<StatsTop> all, ToLongFunction<StatsTop> by, int top) {
        return all.stream()
                .filter(one -> by.applyAsLong(one) > 0)
                .sorted(Comparator.comparingLong(by).reversed().thenComparing(BY_NAME))
                .limit(top)
                .toList();
    }
}
