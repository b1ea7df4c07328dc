package dev.sentinel.audit.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Counts the events of a filter in short steps, the newest first, each of which is a query of its own, until all are
 * counted or the time is over. Between two steps the database can answer others. Any thread.
 */
public final class SteppedTally {
    /** A count that has taken this long ends where it is, and says so. */
    static final Duration MAX_TIME = Duration.ofSeconds(2);

    private final TallyBuilder tally;
    private final Step step;
    private final LongSupplier nanoTime;

    /** One query of a count. */
    @FunctionalInterface
    public interface Step {
        /**
         * Counts what it finds. Returns the position that it has reached; empty if it has reached the end of the
         * search.
         *
         * @param rest the search after the steps before; its limit is of no meaning
         */
        Future<Optional<Position>> run(EventQuery rest, TallyBuilder tally);
    }

    SteppedTally(StatsQuery span, Step step, LongSupplier nanoTime) {
        this.tally = new TallyBuilder(span);
        this.step = step;
        this.nanoTime = nanoTime;
    }

    /** Counts what a query selects. */
    public static Future<Tally> of(TallyQuery query, Step step) {
        return new SteppedTally(query.span(), step, System::nanoTime).run(query.filter());
    }

    Future<Tally> run(EventFilter filter) {
        EventQuery search = EventQuery.of(filter, EventQuery.Order.NEWEST_FIRST, 1);
        return next(search, nanoTime.getAsLong() + MAX_TIME.toNanos());
    }

    private Future<Tally> next(EventQuery rest, long deadline) {
        return step.run(rest, tally)
                .compose(reached -> reached.isEmpty() || nanoTime.getAsLong() - deadline >= 0
                        ? Future.succeededFuture(tally.build(reached))
                        : next(rest.after(reached.get()), deadline));
    }
}
