package dev.sentinel.audit.store.sqlite;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;

/** An open file and the thread that runs all calls of it, one after the other. Owns both. Any thread. */
final class FileThread<F extends AutoCloseable> {
    private final WorkerExecutor thread;
    private final F file;

    private FileThread(WorkerExecutor thread, F file) {
        this.thread = thread;
        this.file = file;
    }

    /**
     * Opens a file on its thread. Fails as {@code open} does, and leaves no thread then.
     *
     * @param name of the thread
     */
    static <F extends AutoCloseable> Future<FileThread<F>> open(Vertx vertx, String name, Callable<F> open) {
        WorkerExecutor thread = vertx.createSharedWorkerExecutor(name, 1);
        return thread.executeBlocking(open)
                .map(file -> new FileThread<>(thread, file))
                .recover(cause -> thread.close().transform(closed -> Future.failedFuture(cause)));
    }

    /** Not ordered by context, because callers have different ones: the pool has one thread and so keeps the order. */
    <T> Future<T> call(Function<F, T> work) {
        return thread.executeBlocking(() -> work.apply(file), false);
    }

    Future<Void> run(Consumer<F> work) {
        return call(open -> {
            work.accept(open);
            return null;
        });
    }

    /** After the calls before it. Must be called once, last. */
    Future<Void> close() {
        Future<Void> closed = thread.executeBlocking(
                () -> {
                    file.close();
                    return null;
                },
                false);
        return closed.eventually(thread::close);
    }
}
