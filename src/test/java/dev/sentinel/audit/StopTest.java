package dev.sentinel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.SentinelConfig;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StopTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    /** An executor of Vert.x that is not closed keeps its Vert.x, and with it the server, until the process ends. */
    @Test
    void stop_whenDone_nothingHoldsTheServer() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        List<WeakReference<Object>> parts = startAndStop(collected);

        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!held(parts).isEmpty() && System.nanoTime() < end) {
            System.gc();
            collected.remove(100);
        }

        assertThat(held(parts)).isEmpty();
    }

    private List<WeakReference<Object>> startAndStop(ReferenceQueue<Object> collected) {
        Map<String, String> environment = Map.of("PORT", "0", "DATA_DIR", directory.toString());
        Sentinel sentinel = Sentinel.start(SentinelConfig.fromEnvironment(environment), RunningServer.VERSION)
                .await();
        List<WeakReference<Object>> parts = Stream.<Object>concat(Stream.of(sentinel), sentinel.resources().stream())
                .map(part -> new WeakReference<>(part, collected))
                .toList();
        sentinel.stop().await();
        return parts;
    }

    private static List<String> held(List<WeakReference<Object>> parts) {
        return parts.stream()
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .map(part -> part.getClass().getSimpleName())
                .toList();
    }
}
