package dev.sentinel.audit.failure;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OutageLogTest {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = new LoggerContext().getLogger("outage");
    private final OutageLog outage = OutageLog.error(logger, "broken reason={}", "repaired failed={}");

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @Test
    void succeeded_neverFailed_logsNothing() {
        outage.succeeded(0);

        assertThat(lines.list).isEmpty();
        assertThat(outage.isFailing()).isFalse();
    }

    @Test
    void failed_again_logsTheFirstOnly() {
        outage.failed("disk full");
        outage.failed("disk still full");

        assertThat(lines.list).extracting(ILoggingEvent::toString).containsExactly("[ERROR] broken reason=disk full");
        assertThat(outage.isFailing()).isTrue();
    }

    @Test
    void succeeded_afterFailure_logsOnceAndBeginsAnew() {
        outage.failed("one");
        outage.succeeded(1);
        outage.succeeded(0);
        outage.failed("two");

        assertThat(lines.list)
                .extracting(ILoggingEvent::toString)
                .containsExactly("[ERROR] broken reason=one", "[INFO] repaired failed=1", "[ERROR] broken reason=two");
    }

    @Test
    void failed_exceptionLast_isLoggedWithItsStackTrace() {
        outage.failed("disk full", new IllegalStateException("of course"));

        assertThat(lines.list.get(0).getFormattedMessage()).isEqualTo("broken reason=disk full");
        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("of course");
    }

    @Test
    void warn_failed_logsAtWarn() {
        OutageLog.warn(logger, "slow", "fast").failed();

        assertThat(lines.list).extracting(ILoggingEvent::toString).containsExactly("[WARN] slow");
    }

    @Test
    void failed_onManyThreads_logsOnce() throws InterruptedException {
        CountDownLatch begin = new CountDownLatch(1);
        Thread[] threads = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> {
                    try {
                        begin.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    outage.failed(i);
                }))
                .toArray(Thread[]::new);
        for (Thread thread : threads) {
            thread.start();
        }
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(lines.list).hasSize(1);
    }
}
