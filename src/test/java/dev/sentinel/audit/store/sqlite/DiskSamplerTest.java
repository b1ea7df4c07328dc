package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.store.StoreStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Reading the status of a store never waits for the file system, even if that hangs. */
@ExtendWith(VertxExtension.class)
final class DiskSamplerTest {
    private final FakeDisk disk = new FakeDisk();
    private Vertx vertx;

    /** Answers as often as the test allows, each time with one byte less. */
    private static final class FakeDisk implements Supplier<DiskUsage> {
        private static final long FIRST = 1_000;

        private final Semaphore answers = new Semaphore(1);
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final CountDownLatch hangs = new CountDownLatch(2);
        private final Set<String> offWorkers = ConcurrentHashMap.newKeySet();

        @Override
        public DiskUsage get() {
            if (!Context.isOnWorkerThread()) {
                offWorkers.add(Thread.currentThread().getName());
            }
            asked.incrementAndGet();
            hangs.countDown();
            answers.acquireUninterruptibly();
            return new DiskUsage(Map.of("log", 7L), FIRST - answered.getAndIncrement());
        }

        /** Waits until the second call hangs. */
        void awaitHang() throws InterruptedException {
            assertThat(hangs.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @BeforeEach
    void start(Vertx fresh) {
        vertx = fresh;
        LocalCodec.register(vertx);
    }

    @Test
    void status_onAnEventLoopWhileTheDiskHangs_tellsTheLastSample(@TempDir Path directory) throws Exception {
        SqliteEventStore store = await(SqliteEventStore.open(
                vertx,
                SqliteFiles.of(directory.resolve("sentinel_audit.db")),
                disk,
                SentinelConfig.fromEnvironment(Map.of("READERS", "1")).store(),
                Clock.systemUTC()));
        try {
            disk.awaitHang();

            StoreStatus status = await(onEventLoop(store::status));

            assertThat(status.freeBytes()).isEqualTo(FakeDisk.FIRST);
            assertThat(status.files()).isEqualTo(Map.of("log", 7L));
            assertThat(disk.offWorkers)
                    .as("asked on other threads than workers")
                    .isEmpty();
        } finally {
            disk.answers.release(1_000);
            await(store.close());
        }
    }

    @Test
    void sample_diskHangs_isTheOnlyQuestion() throws Exception {
        DiskSampler sampler = await(DiskSampler.start(vertx, disk));
        try {
            disk.awaitHang();
            await(vertx.timer(3 * DiskSampler.INTERVAL_MS, TimeUnit.MILLISECONDS));

            assertThat(disk.asked).hasValue(2);
        } finally {
            sampler.stop();
            disk.answers.release(1_000);
        }
    }

    @Test
    void latest_diskAnswersAgain_follows() throws Exception {
        DiskSampler sampler = await(DiskSampler.start(vertx, disk));
        disk.awaitHang();
        disk.answers.release(1_000);
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (sampler.latest().freeBytes() > FakeDisk.FIRST - 2) {
                assertThat(System.nanoTime()).as("new samples").isLessThan(deadline);
                Thread.onSpinWait();
            }
        } finally {
            sampler.stop();
        }
    }

    @Test
    void stop_samplesNoMore() throws Exception {
        disk.answers.release(1_000);
        DiskSampler sampler = await(DiskSampler.start(vertx, disk));
        sampler.stop();
        await(vertx.timer(DiskSampler.INTERVAL_MS, TimeUnit.MILLISECONDS));
        int asked = disk.asked.get();
        await(vertx.timer(3 * DiskSampler.INTERVAL_MS, TimeUnit.MILLISECONDS));

        assertThat(disk.asked).hasValue(asked);
    }

    private <T> Future<T> onEventLoop(Supplier<T> question) {
        Promise<T> answer = Promise.promise();
        vertx.runOnContext(now -> {
            assertThat(Context.isOnEventLoopThread()).isTrue();
            answer.complete(question.get());
        });
        return answer.future();
    }

    private static <T> T await(Future<T> future) {
        return future.timeout(20, TimeUnit.SECONDS).await();
    }
}
