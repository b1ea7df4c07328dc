package dev.sentinel.audit.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The thread that syncs {@link SpillFiles} to disk every {@link #EVERY}. It holds no lock during a sync, so that a
 * recording agent never waits for the disk.
 */
final class SpillSync {
    static final Duration EVERY = Duration.ofSeconds(1);

    private final SpillFiles files;
    private final CountDownLatch ended = new CountDownLatch(1);

    SpillSync(SpillFiles files) {
        this.files = files;
    }

    void start() {
        Thread thread = new Thread(this::run, "sentinel-audit-spill-sync");
        thread.setDaemon(true);
        thread.start();
    }

    void end() {
        ended.countDown();
    }

    private void run() {
        while (!hasEnded()) {
            syncAll();
        }
    }

    private boolean hasEnded() {
        try {
            return ended.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Foreign code may interrupt all threads. This one must go on, or no event would be synced any more.
            return false;
        }
    }

    private void syncAll() {
        for (SpillFile file : files.dirty()) {
            try {
                file.sync();
                files.synced(file, null);
            } catch (IOException e) {
                files.synced(file, e);
            }
        }
    }
}
