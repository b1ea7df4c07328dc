package dev.sentinel.audit.reads;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads something for all who ask at the same time at once. Those who ask while a read is under way wait for the next
 * one, which they share: the one that is under way may miss what was stored before they asked. So at most one read runs
 * at a time, and every answer has all of before its question. Any thread; futures complete on the caller's Vert.x
 * context.
 *
 * @param <A> answers, which are immutable
 */
public final class SharedRead<A> {
    private final Supplier<Future<A>> store;
    /** The read that runs. Guarded by this, like its next one. */
    private @Nullable Running<A> running;

    /** A read that runs, and the promise of the next one if somebody waits for it. */
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

    /** @param store reads; what it fails with, or throws, those who share the read get */
    public SharedRead(Supplier<Future<A>> store) {
        this.store = store;
    }

    /** What is there now. */
    public Future<A> read() {
        return read(null);
    }

    /**
     * What is there now.
     *
     * @param revision of the store when the question came, which allows to share a read that began with the same one;
     *     null if it is not known
     */
    public Future<A> read(@Nullable String revision) {
        Promise<A> promise;
        boolean begins = false;
        synchronized (this) {
            Running<A> now = running;
            if (now == null) {
                promise = Promise.promise();
                running = new Running<>(revision, promise);
                begins = true;
            } else if (revision != null && revision.equals(now.revision)) {
                promise = now.answer;
            } else {
                if (now.next == null) {
                    now.next = Promise.promise();
                }
                promise = now.next;
            }
        }
        if (begins) {
            begin(promise);
        }
        return onCallersContext(promise.future());
    }

    private void begin(Promise<A> promise) {
        // One that throws must not be waited for.
        Future.<Void>succeededFuture().compose(none -> store.get()).onComplete(result -> {
            Promise<A> next = ended();
            promise.handle(result);
            if (next != null) {
                begin(next);
            }
        });
    }

    private synchronized @Nullable Promise<A> ended() {
        Promise<A> next = running == null ? null : running.next;
        running = next == null ? null : new Running<>(null, next);
        return next;
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
