package dev.sentinel.audit.store.lsm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;

/** The runs of one tree that a writer knows, in tiers of about the same size. */
final class TreeRuns {
    /** Runs with fewer entries are all of the same tier. */
    private static final int SMALLEST = 16;

    private static final Comparator<Run> BY_SIZE =
            Comparator.comparingLong(Run::entries).thenComparingLong(Run::id);

    private final Map<Long, Run> all = new LinkedHashMap<>();

    /** By tier; without the runs that are being merged. */
    private final List<Queue<Run>> waiting = new ArrayList<>();

    void add(Run run) {
        all.put(run.id(), run);
        int tier = tier(run);
        while (waiting.size() <= tier) {
            waiting.add(new PriorityQueue<>(BY_SIZE));
        }
        waiting.get(tier).add(run);
    }

    private static int tier(Run run) {
        int tier = 0;
        for (long size = SMALLEST; size < run.entries(); size *= LsmWriter.FAN_IN) {
            tier++;
        }
        return tier;
    }

    Collection<Run> all() {
        return Collections.unmodifiableCollection(all.values());
    }

    /** The lowest tier below a limit that has enough runs for a merge; the limit if there is none. */
    int lowestFull(int limit) {
        for (int tier = 0; tier < Math.min(limit, waiting.size()); tier++) {
            if (waiting.get(tier).size() >= LsmWriter.FAN_IN) {
                return tier;
            }
        }
        return limit;
    }

    /** Takes the smallest runs of a tier, which wait no longer. Of many, as many at once as a merge can do. */
    List<Run> take(int tier) {
        Queue<Run> queue = waiting.get(tier);
        List<Run> taken = new ArrayList<>();
        while (taken.size() < LsmWriter.MAX_FAN_IN && !queue.isEmpty()) {
            taken.add(queue.remove());
        }
        return taken;
    }

    /** Forgets runs that were taken. */
    void remove(List<Run> taken) {
        taken.forEach(run -> all.remove(run.id()));
    }

    /** The most runs that wait in a tier. */
    int most() {
        return waiting.stream().mapToInt(Queue::size).max().orElse(0);
    }
}
