package dev.sentinel.audit.query;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs equal queries once for all who ask at the same time: many dashboards show the same statistics. Whoever asks
 * while a query runs that began before events were stored waits for the next one, which all such share. So at most one
 * of equal queries runs at a time, and every answer has all events of before its request. Any thread; futures complete
 * on the caller's Vert.x context.
 *
 * @param <Q> queries, which are equal if their answers are
 * @param <A> answers, which are immutable
 */
final class SharedQueries<Q, A> {
    private final Function<Q, Future<A>> store;
    /** The queries that run. Guarded by this. */
    private final Map<Q, Running<A>> running = new HashMap<>();

    /** A query that runs, and the promise of the next one if somebody waits for it. */
    private static final class Running<A> {
        /** What it has at least; null if that is not known. */
        final @Nullable String revision;

        final Promise<A> answer;

        @Nullable
        Promise<A> next;

        Running(@Nullable String revision, Promise<A> answer) {
            this.revision = revision;
            this.answer = answer;
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
        Promise<A> promise;
        boolean begins = false;
        synchronized (this) {
            Running<A> now = running.get(query);
            if (now == null) {
                promise = Promise.promise();
                running.put(query, new Running<>(revision, promise));
                begins = true;
            } else if (revision.equals(now.revision)) {
                promise = now.answer;
            } else {
                if (now.next == null) {
                    now.next = Promise.promise();
                }
                promise = now.next;
            }
        }
        if (begins) {
            run(query, promise);
        }
        return onCallersContext(promise.future());
    }

    private void run(Q query, Promise<A> promise) {
        // One that throws must not be waited for.
        Future.<Void>succeededFuture().compose(none -> store.apply(query)).onComplete(result -> {
            Promise<A> next;
            synchronized (this) {
                next = running.remove(query).next;
                if (next != null) {
                    running.put(query, new Running<>(null, next));
                }
            }
            promise.handle(result);
            if (next != null) {
                run(query, next);
            }
        });
    }

    private static <A> Future<A> onCallersContext(Future<A> shared) {
        Context context = Vertx.currentContext();
        if (context == null) {
            return shared;
        }
        Promise<A> here = Promise.promise();
        shared.onComplete(result -> context.runOnContext(now -> here.handle(result)));
        return here.future();
    }
}
