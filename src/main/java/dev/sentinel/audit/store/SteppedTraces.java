package dev.sentinel.audit.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lists traces in short steps, each of which is a query of its own: first finds where they start, then sums them up. A
 * page that has taken long ends where it is; the client continues with the next one. One list; one thread at a time.
 *
 * @param <K> how a store names a trace
 */
public final class SteppedTraces<K> {
    private static final long MAX_SEARCH_NANOS = Duration.ofMillis(200).toNanos();
    private static final long MAX_NANOS = Duration.ofMillis(400).toNanos();

    /** Traces that are summed up at once. */
    private static final int SUMMARIES = 50;

    /** The first event of a trace. */
    public record Start<T>(Position position, T trace) {}

    /**
     * Traces that were found, in order.
     *
     * @param reached the position that the step has reached; empty if it has reached the end of the list
     */
    public record Starts<T>(List<Start<T>> found, Optional<Position> reached) {}

    /** The queries of a store. */
    public interface Steps<T> {
        /** Finds some of the next traces, perhaps none, in a bounded time. */
        Future<Starts<T>> find(TraceQuery rest);

        /** Sums up these traces, in this order. */
        Future<List<TraceSummary>> sumUp(List<T> traces);
    }

    private final Steps<K> steps;
    private final LongSupplier nanoTime;
    private final List<Start<K>> starts = new ArrayList<>();
    private final List<TraceSummary> summaries = new ArrayList<>();

    /** How many of those that were found are summed up; there may be fewer summaries. */
    private int summed;

    private @Nullable Position reached;

    /** @param nanoTime as {@link System#nanoTime} */
    public SteppedTraces(Steps<K> steps, LongSupplier nanoTime) {
        this.steps = steps;
        this.nanoTime = nanoTime;
    }

    public Future<Page<TraceSummary, Position>> list(TraceQuery query) {
        long began = nanoTime.getAsLong();
        return find(query, began).compose(done -> sumUp(query.limit(), began)).map(done -> page());
    }

    private Future<Void> find(TraceQuery rest, long began) {
        return steps.find(rest).compose(step -> {
            starts.addAll(step.found());
            reached = step.reached().orElse(null);
            return reached == null || starts.size() > rest.limit() || nanoTime.getAsLong() - began > MAX_SEARCH_NANOS
                    ? Future.succeededFuture()
                    : find(rest.after(reached), began);
        });
    }

    private Future<Void> sumUp(int limit, long began) {
        int from = summed;
        int to = Math.min(Math.min(starts.size(), limit), from + SUMMARIES);
        if (from == to || (from > 0 && nanoTime.getAsLong() - began > MAX_NANOS)) {
            return Future.succeededFuture();
        }
        return steps.sumUp(starts.subList(from, to).stream().map(Start::trace).toList())
                .compose(results -> {
                    summaries.addAll(results);
                    summed = to;
                    return sumUp(limit, began);
                });
    }

    private Page<TraceSummary, Position> page() {
        return new Page<>(
                summaries,
                summed == starts.size() ? reached : starts.get(summed - 1).position());
    }
}
