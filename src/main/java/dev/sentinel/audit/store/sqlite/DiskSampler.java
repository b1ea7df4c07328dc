package dev.sentinel.audit.store.sqlite;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides the disk usage to threads that must not block: a worker samples the file system at a fixed interval, and all
 * other threads read the last sample. A file system that hangs blocks one worker, and the last sample stays valid.
 */
final class DiskSampler {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSampler.class);

    /** Half the interval of the health check, so that both together detect a full disk within a second. */
    static final long INTERVAL_MS = 250;

    private final Vertx vertx;
    private final Supplier<DiskUsage> disk;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final long timer;
    private volatile DiskUsage latest;

    private DiskSampler(Vertx vertx, Supplier<DiskUsage> disk, DiskUsage first) {
        this.vertx = vertx;
        this.disk = disk;
        this.latest = first;
        this.timer = vertx.setPeriodic(INTERVAL_MS, now -> sample());
    }

    /**
     * Completes with a sampler after its first sample.
     *
     * @param disk reads the usage from the file system; called on workers, one call at a time
     */
    static Future<DiskSampler> start(Vertx vertx, Supplier<DiskUsage> disk) {
        return vertx.executeBlocking(disk::get, false).map(first -> new DiskSampler(vertx, disk, first));
    }

    /** The last sample. No I/O; any thread. */
    DiskUsage latest() {
        return latest;
    }

    /** Stops sampling. Idempotent; does not wait for a running sample. */
    void stop() {
        vertx.cancelTimer(timer);
    }

    private void sample() {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        vertx.executeBlocking(disk::get, false)
                .onSuccess(usage -> latest = usage)
                .onFailure(cause -> LOG.debug("the disk usage is not known effect=\"using the last sample\"", cause))
                .onComplete(done -> busy.set(false));
    }
}
