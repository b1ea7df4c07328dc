package dev.sentinel.audit.query.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.EventStream.Frame;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.Events;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not read, or read too slowly. */
@Timeout(60)
final class SlowStreamTest {
    private static final String LARGE = "{\"x\":\"" + "x".repeat(20_000) + "\"}";

    @TempDir
    private Path directory;

    private final Events events = new Events(9);

    @Test
    void client_thatDoesNotRead_isNotifiedOfMissedEventsAndCanCatchUp() {
        try (RunningServer server = RunningServer.start(directory);
                EventStream slow =
                        EventStream.openNarrow(server.client().port(), "/v1/events/stream?resource_prefix=res");
                EventStream quick = EventStream.open(server.client().port(), "/v1/events/stream")) {
            for (int i = 0; i < 20; i++) {
                append(server, 50);
                assertThat(quick.seqs(50)).as("others do not wait").hasSize(50);
            }
            List<Long> seen = new ArrayList<>();
            List<Long> skipped = new ArrayList<>();
            while (seen.size() + skipped.size() < 1_000) {
                Frame frame = slow.next();
                long next = (long) seen.size() + skipped.size();
                if (frame.event().equals("missed")) {
                    assertThat(frame.json().getLong("resume_from")).isEqualTo(next - 1);
                    long missed = frame.json().getLong("missed");
                    LongStream.range(next, next + missed).forEach(skipped::add);
                } else if (frame.isEvent()) {
                    assertThat(frame.id()).isEqualTo(Long.toString(next));
                    seen.add(next);
                }
            }
            assertThat(skipped).hasSizeGreaterThan(100);
            assertThat(server.client().get("/metrics").body())
                    .contains("sentinel_stream_missed_total " + (double) skipped.size());
            try (EventStream again = EventStream.open(
                    server.client().port(), "/v1/events/stream", "Last-Event-ID", skipped.get(0) - 1 + "")) {
                assertThat(again.seqs(skipped.size())).startsWith(skipped.get(0));
            }
        }
    }

    @Test
    void client_thatNeverReads_isDisconnected() {
        try (RunningServer server =
                        RunningServer.start(directory, Map.of("ANSWER_TIMEOUT", "1s", "IDLE_TIMEOUT", "3s"));
                EventStream slow = EventStream.openNarrow(server.client().port(), "/v1/events/stream")) {
            append(server, 50);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!hasNoStreams(server)) {
                append(server, 50);
                assertThat(System.nanoTime()).as("it is disconnected").isLessThan(deadline);
            }
            assertThat(slow.status()).isEqualTo(200);
        }
    }

    /** Reads some events, but lags more and more. */
    @Test
    void client_thatIsSlowForLong_isNotifiedAndDisconnected() throws Exception {
        try (RunningServer server =
                        RunningServer.start(directory, Map.of("ANSWER_TIMEOUT", "1s", "IDLE_TIMEOUT", "4s"));
                EventStream slow = EventStream.openNarrow(server.client().port(), "/v1/events/stream")) {
            AtomicBoolean cutOff = new AtomicBoolean();
            Thread busy = new Thread(() -> {
                while (!Thread.interrupted()) {
                    append(server, 50);
                    cutOff.set(hasNoStreams(server));
                }
            });
            busy.start();
            try {
                Frame last = slow.next();
                while (!last.event().equals("closing")) {
                    last = slow.next();
                    // The pace of this client: about a megabyte a second, far less than comes. The last word is behind
                    // all that the system buffers, megabytes, and the server lets go of them within a second.
                    if (last.isEvent() && !cutOff.get()) {
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                }
                assertThat(last.json().getString("reason")).startsWith("the client was too slow");
            } catch (UncheckedIOException e) {
                throw new AssertionError("ended without a word", e);
            } finally {
                busy.interrupt();
                busy.join();
            }
        }
    }

    private static boolean hasNoStreams(RunningServer server) {
        return server.client().get("/metrics").body().contains("sentinel_streams 0.0");
    }

    private void append(RunningServer server, int count) {
        server.append(events.next(count).stream()
                .map(event -> event.toBuilder().metadata(LARGE).build())
                .toArray(AuditEvent[]::new));
    }
}
