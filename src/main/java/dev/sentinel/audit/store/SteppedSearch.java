package dev.sentinel.audit.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Searches for texts in short steps, each of which is a query of its own, until the page is full or the time is over.
 * What a step costs depends on what clients stored and search for. Between two steps the database can answer others,
 * and a search that nobody waits for any more ends soon. Any thread.
 *
 * @param <P> what a store knows of an event; see {@link PageBuilder}
 */
public final class SteppedSearch<P> {
    /** A page that has taken this long ends where it is; the client continues with the next one. */
    static final Duration MAX_TIME = Duration.ofMillis(200);

    private final PageBuilder<P> page;
    private final Step step;
    private final LongSupplier nanoTime;

    /** One query of a search. */
    @FunctionalInterface
    public interface Step {
        /**
         * Adds what it finds to the page. Returns the position that it has reached; empty if it has reached the end of
         * the search.
         *
         * @param rest the search after the steps before
         */
        Future<Optional<Position>> run(EventQuery rest);
    }

    /** A search whose steps add to this page. */
    public SteppedSearch(PageBuilder<P> page, Step step) {
        this(page, step, System::nanoTime);
    }

    SteppedSearch(PageBuilder<P> page, Step step, LongSupplier nanoTime) {
        this.page = page;
        this.step = step;
        this.nanoTime = nanoTime;
    }

    /** Takes a single step if the query reads no texts: the cost of other searches is bounded by their slices. */
    public Future<FoundEvents> run(EventQuery query) {
        return query.filter().readsTexts()
                ? next(query, nanoTime.getAsLong() + MAX_TIME.toNanos())
                : step.run(query).map(page::build);
    }

    private Future<FoundEvents> next(EventQuery rest, long deadline) {
        return step.run(rest)
                .compose(reached -> reached.isEmpty() || page.isFull() || nanoTime.getAsLong() - deadline >= 0
                        ? Future.succeededFuture(page.build(reached))
                        : next(rest.after(reached.get()), deadline));
    }
}
