package dev.sentinel.audit.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of the events that pass a filter, counted one by one from the newest.
 *
 * @param stats exact for what was counted; of names, see {@code namesComplete}
 * @param sessions sessions with the most events
 * @param principals persons and services on whose behalf most events are
 * @param reached the time that the count has reached when its time was over: events before it are not counted, and of
 *     those at it perhaps not all; null if everything is counted
 * @param namesComplete false if there were so many different agents, resources, sessions or principals that some of
 *     them are counted in the totals only
 */
public record Tally(
        Stats stats,
        List<StatsTop> sessions,
        List<StatsTop> principals,
        @Nullable Instant reached,
        boolean namesComplete) {
    public Tally {
        sessions = List.copyOf(sessions);
        principals = List.copyOf(principals);
    }
}
