package dev.sentinel.audit.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The thread that synchronises {@link SpillFiles} with the disk, every {@link #EVERY}. It holds no lock meanwhile: an
 * agent that records must not wait for the disk.
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
            synchronise();
        }
    }

    private boolean hasEnded() {
        try {
            return ended.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Somebody interrupts whatever threads there are; without this one nothing would be safe any more.
            return false;
        }
    }

    private void synchronise() {
        for (SpillFile file : files.dirty()) {
            try {
                file.sync();
                files.synchronised(file, null);
            } catch (IOException e) {
                files.synchronised(file, e);
            }
        }
    }
}
