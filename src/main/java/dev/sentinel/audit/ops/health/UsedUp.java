package dev.sentinel.audit.ops.health;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides which shared bounds are used up: those for which requests were refused in each of the latest evaluations. A
 * moment of overload is absorbed by retries; load balancers need not know about it. One thread.
 */
final class UsedUp {
    private static final int EVALUATIONS = 4;

    private final List<SharedBound> bounds;
    private final long[] refused;
    private final int[] evaluations;

    UsedUp(List<SharedBound> bounds) {
        this.bounds = List.copyOf(bounds);
        this.refused =
                bounds.stream().mapToLong(bound -> bound.refused().getAsLong()).toArray();
        this.evaluations = new int[bounds.size()];
    }

    /** The names of the bounds that are used up. Called once per evaluation. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < refused.length; i++) {
            long now = bounds.get(i).refused().getAsLong();
            evaluations[i] = now > refused[i] ? evaluations[i] + 1 : 0;
            refused[i] = now;
            if (evaluations[i] >= EVALUATIONS) {
                names.add(bounds.get(i).name());
            }
        }
        return names;
    }
}
