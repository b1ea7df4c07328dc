package dev.sentinel.audit.store;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sums of a store for one {@link StatsQuery}, from which {@link StatsAssembly} builds the answer. Any thread.
 */
@FunctionalInterface
public interface StatsRows {
    /** The kinds of rows and their columns. */
    enum Part {
        /** The agents with the most events, as {@link StatsTops} reads them. */
        AGENTS,

        /** The resources with the most events, as {@link StatsTops} reads them. */
        RESOURCES,

        /** As {@link #RESOURCES}, for the newest events of the query's one agent. */
        RESOURCES_OF_AGENT,

        /** The bucket, the bin of {@link LatencyBins}, and the number of events. */
        LATENCIES,

        /** The bucket, then the counts in the order of {@link StatsCounts#NAMES}. */
        COUNTS
    }

    /** One row. */
    @FunctionalInterface
    interface Row {
        /** The value of a column; the first one is 0. */
        @Nullable
        Object value(int column);

        default long number(int column) {
            return ((Number) Objects.requireNonNull(value(column))).longValue();
        }

        default int smallNumber(int column) {
            return Math.toIntExact(number(column));
        }
    }

    /** Passes the rows of a part to the consumer, one after the other, and then completes. Fails as a query does. */
    Future<?> read(Part part, Consumer<Row> each);
}
