package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;

/** Writes each batch as one file, on a thread of its own: a slow disk must not delay others. */
final class FileDestination implements Destination {
    private final LocalThread thread;
    private final EventFiles files;
    private final Limits limits;
    private final Duration timeout;

    FileDestination(Vertx vertx, Path directory, Limits limits, Duration timeout) {
        // Shared by its name: a replay of the same destination writes to the same manifest.
        this.thread = new LocalThread(vertx, "sentinel-files-" + directory);
        this.timeout = timeout;
        this.files = new EventFiles(directory);
        this.limits = limits;
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return thread.call(timeout, () -> new Delivery.Done(files.write(batch)));
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
        return thread.call(LocalThread.TEST_TIMEOUT, () -> {
            files.check();
            return null;
        });
    }

    @Override
    public Future<Void> close() {
        return thread.close();
    }
}
