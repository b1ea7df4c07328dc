package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.forward.DeliveryException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Does the blocking work of one destination, one piece at a time. Those of the same name share one thread, so what two
 * of them write does not mix, and the work of the first one is done first.
 *
 * <p>A disk or a pipe can hang, and nothing can stop the thread. Then the work fails after a while, further work is
 * refused until the hung work has ended, and work that has not begun is never done: what was given up must not be
 * written after what came later.
 *
 * <p>Any thread.
 */
final class LocalThread {
    /** Shorter than the engine waits: it would close the destination, which does not end a write that hangs. */
    static final Duration WRITE_TIMEOUT = Duration.ofSeconds(100);

    static final Duration TEST_TIMEOUT = Duration.ofSeconds(20);

    private enum Step {
        WAITS,
        RUNS,
        GIVEN_UP
    }

    private final WorkerExecutor thread;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Future<?> last = Future.succeededFuture();

    LocalThread(Vertx vertx, String name) {
        this.thread = vertx.createSharedWorkerExecutor(name, 1);
    }

    /**
     * Does work.
     *
     * @param within how long to wait for it
     * @return fails with a {@link DeliveryException} for an {@link IOException}, and while earlier work has not ended
     */
    <T> Future<T> call(Duration within, Callable<T> work) {
        if (!busy.compareAndSet(false, true)) {
            return Future.failedFuture(DeliveryException.away("the last write has not ended"));
        }
        AtomicReference<Step> step = new AtomicReference<>(Step.WAITS);
        // Not ordered: the context, which all destinations share, would put this behind work of other threads.
        Future<T> running = thread.executeBlocking(
                () -> {
                    if (closed.get() || !step.compareAndSet(Step.WAITS, Step.RUNS)) {
                        throw DeliveryException.away("given up before it began");
                    }
                    return work.call();
                },
                false);
        Future<T> free = running.onComplete(done -> busy.set(false));
        last = free;
        return free.timeout(within.toMillis(), TimeUnit.MILLISECONDS).recover(cause -> {
            if (cause instanceof TimeoutException) {
                step.compareAndSet(Step.WAITS, Step.GIVEN_UP);
                return Future.failedFuture(
                        DeliveryException.away("the write has not ended within " + within.toSeconds() + " s"));
            }
            return Future.failedFuture(cause instanceof IOException io ? failure(io) : cause);
        });
    }

    private static DeliveryException failure(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return DeliveryException.denied("permission denied");
        }
        String reason = cause instanceof FileSystemException known ? known.getReason() : cause.getMessage();
        return DeliveryException.away(reason == null ? cause.getClass().getSimpleName() : reason);
    }

    /** Releases the thread when it has nothing to do. Does not wait for work that hangs. Idempotent. */
    Future<Void> close() {
        if (closed.compareAndSet(false, true)) {
            Future<Void> released = last.transform(done -> thread.close());
            return busy.get() ? Future.succeededFuture() : released;
        }
        return Future.succeededFuture();
    }
}
