package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Writes each batch as one file, on a thread of its own: a slow disk must not delay others. */
final class FileDestination implements Destination {
    private final WorkerExecutor thread;
    private final EventFiles files;
    private final Limits limits;

    FileDestination(Vertx vertx, Path directory, Limits limits) {
        // Shared by its name: a replay of the same destination writes to the same manifest.
        this.thread = vertx.createSharedWorkerExecutor("sentinel-files-" + directory, 1);
        this.files = new EventFiles(directory);
        this.limits = limits;
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return call(() -> new Delivery.Done(files.write(batch)));
    }

    @Override
    public Limits limits() {
        return limits;
    }

    /** Every file is on disk before its batch counts as delivered. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.ACKNOWLEDGED;
    }

    @Override
    public Future<Void> test() {
        return call(() -> {
            files.check();
            return null;
        });
    }

    @Override
    public Future<Void> close() {
        return thread.close();
    }

    private <T> Future<T> call(Callable<T> work) {
        return thread.executeBlocking(work)
                .recover(cause -> Future.failedFuture(cause instanceof IOException io ? failure(io) : cause));
    }

    private static DeliveryException failure(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return DeliveryException.denied("permission denied");
        }
        String reason = cause instanceof FileSystemException known ? known.getReason() : cause.getMessage();
        return DeliveryException.away(reason == null ? cause.getClass().getSimpleName() : reason);
    }
}
