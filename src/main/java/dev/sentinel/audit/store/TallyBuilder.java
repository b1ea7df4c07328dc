package dev.sentinel.audit.store;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts the events that a store finds. Its memory is bounded by the buckets and by {@link NameCounts}. One thread. */
public final class TallyBuilder {
    private final StatsQuery span;
    private final StatsBuilder stats;
    private final NameCounts agents = new NameCounts();
    private final NameCounts resources = new NameCounts();
    private final NameCounts sessions = new NameCounts();
    private final NameCounts principals = new NameCounts();

    TallyBuilder(StatsQuery span) {
        this.span = span;
        this.stats = new StatsBuilder(span);
    }

    /** What is counted of an event. Its effective time is in microseconds since the epoch. */
    public record Counted(
            long micros,
            EventStatus status,
            ActionType actionType,
            ActorType actor,
            String agentInstanceId,
            String resource,
            @Nullable String sessionId,
            @Nullable String onBehalfOf,
            @Nullable Integer latencyMs) {}

    /** Counts an event whose time is in the span. */
    public void add(Counted event) {
        boolean error = event.status == EventStatus.ERROR;
        long minutes = StatsQuery.minuteOf(event.micros) - span.firstBucketMinute();
        stats.add(Math.toIntExact(minutes / span.bucketMinutes()), event);
        agents.add(event.agentInstanceId, error);
        resources.add(event.resource, error);
        sessions.add(event.sessionId, error);
        principals.add(event.onBehalfOf, error);
    }

    /**
     * Builds the result. Must be called once.
     *
     * @param reached where the count was ended before its end
     */
    Tally build(Optional<Position> reached) {
        return new Tally(
                stats.build(agents.build(span.top()), resources.build(span.top())),
                sessions.build(span.top()).byEvents(),
                principals.build(span.top()).byEvents(),
                reached.map(Position::time).orElse(null),
                agents.isComplete() && resources.isComplete() && sessions.isComplete() && principals.isComplete());
    }
}
