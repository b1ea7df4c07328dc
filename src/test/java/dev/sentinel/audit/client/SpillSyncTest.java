package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpillSyncTest {
    private static final Logger LOG = Logger.getLogger("dev.sentinel.audit.client");

    @TempDir
    private Path directory;

    private final CountDownLatch reported = new CountDownLatch(1);
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getMessage().contains("what=sync ")) {
                reported.countDown();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOG.addHandler(handler);
    }

    @AfterEach
    void leave() {
        LOG.removeHandler(handler);
    }

    @Test
    void run_fileCannotBeSynced_isReported() throws Exception {
        try (SpillBuffer buffer = open()) {
            breakDescriptor(buffer);

            assertThat(reported.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void run_interrupted_continues() throws Exception {
        try (SpillBuffer buffer = open()) {
            breakDescriptor(buffer);
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("sentinel-audit-spill-sync"))
                    .forEach(Thread::interrupt);

            assertThat(reported.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private SpillBuffer open() throws IOException {
        return SpillBuffer.open(directory, 1024 * 1024, new Ledger(new AuditListener() {}));
    }

    /** Closes the descriptor, so that the next sync fails. */
    private static void breakDescriptor(SpillBuffer buffer) throws IOException {
        buffer.offer("event".getBytes(UTF_8));
        Batch batch = buffer.take(1, 1_000);
        ((SpillFile) batch.origin()).close();
    }
}
