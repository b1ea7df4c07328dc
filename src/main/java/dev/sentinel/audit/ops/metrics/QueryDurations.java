package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.Summaries;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Measures how long a store takes for each kind of query. The buckets equal those of the HTTP answers, so that both can
 * be compared. All kinds are registered at the start, so that they exist before the first query. Any thread.
 */
public final class QueryDurations {
    static final String NAME = "sentinel.query.duration";

    /** The kinds of queries; their names in lower case are the values of the label. */
    enum Query {
        FIND,
        SEARCH,
        AGENT_EVENTS,
        SNAPSHOT_BOUND,
        REVISION,
        AGENT,
        AGENTS,
        TRACE,
        TRACES,
        SESSION,
        STATS,
        TALLY
    }

    private final Map<Query, Timer> timers = new EnumMap<>(Query.class);

    public QueryDurations(MeterRegistry registry) {
        for (Query query : Query.values()) {
            timers.put(
                    query,
                    Timer.builder(NAME)
                            .description("Time from asking the store a query until it answers or fails")
                            .tag("query", query.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    /** Decorates a finder, so that its queries are measured. */
    public EventFinder measured(EventFinder finder) {
        return new MeasuredFinder(finder, this);
    }

    /** Decorates summaries, so that their queries are measured. */
    public Summaries measured(Summaries summaries) {
        return new MeasuredSummaries(summaries, this);
    }

    <T> Future<T> measure(Query query, Supplier<Future<T>> ask) {
        long started = System.nanoTime();
        return ask.get()
                .onComplete(done -> timers.get(query).record(System.nanoTime() - started, TimeUnit.NANOSECONDS));
    }
}
