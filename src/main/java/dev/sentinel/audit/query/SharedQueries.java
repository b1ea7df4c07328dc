package dev.sentinel.audit.query;

import dev.sentinel.audit.reads.SharedRead;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs equal queries once for all who ask at the same time: many dashboards show the same statistics. Each query is a
 * {@link SharedRead}. Any thread; futures complete on the caller's Vert.x context.
 *
 * @param <Q> queries, which are equal if their answers are
 * @param <A> answers, which are immutable
 */
final class SharedQueries<Q, A> {
    private final Function<Q, Future<A>> store;
    /** The queries that are asked. Guarded by this. */
    private final Map<Q, Asked<A>> asked = new HashMap<>();

    /** A query, and how many wait for its answer. */
    private static final class Asked<A> {
        final SharedRead<A> read;
        int waiting;

        Asked(SharedRead<A> read) {
            this.read = read;
        }
    }

    SharedQueries(Function<Q, Future<A>> store) {
        this.store = store;
    }

    /**
     * Answers a query.
     *
     * @param revision of the store when the request came
     */
    Future<A> answer(Q query, String revision) {
        return begin(query).read.read(revision).onComplete(done -> end(query));
    }

    private synchronized Asked<A> begin(Q query) {
        Asked<A> all = asked.computeIfAbsent(query, none -> new Asked<>(new SharedRead<>(() -> store.apply(query))));
        all.waiting++;
        return all;
    }

    private synchronized void end(Q query) {
        asked.computeIfPresent(query, (same, all) -> --all.waiting == 0 ? null : all);
    }
}
