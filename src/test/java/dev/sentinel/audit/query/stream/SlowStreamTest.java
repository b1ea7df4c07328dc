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
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not read, or not enough. */
@Timeout(60)
final class SlowStreamTest {
    private static final String LARGE = "{\"x\":\"" + "x".repeat(20_000) + "\"}";

    @TempDir
    private Path directory;

    private final Events events = new Events(9);

    @Test
    void client_thatDoesNotRead_isToldWhatItMissedAndCanCatchUp() {
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
    void client_thatNeverReads_isCutOff() {
        try (RunningServer server =
                        RunningServer.start(directory, Map.of("ANSWER_TIMEOUT", "1s", "IDLE_TIMEOUT", "3s"));
                EventStream slow = EventStream.openNarrow(server.client().port(), "/v1/events/stream")) {
            append(server, 50);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!server.client().get("/metrics").body().contains("sentinel_streams 0.0")) {
                append(server, 50);
                assertThat(System.nanoTime()).as("it is cut off").isLessThan(deadline);
            }
            assertThat(slow.status()).isEqualTo(200);
        }
    }

    /** Takes some, but is further and further behind. */
    @Test
    void client_thatIsSlowForLong_isToldAndCutOff() throws Exception {
        try (RunningServer server =
                        RunningServer.start(directory, Map.of("ANSWER_TIMEOUT", "1s", "IDLE_TIMEOUT", "2s"));
                EventStream slow = EventStream.openNarrow(server.client().port(), "/v1/events/stream")) {
            Thread busy = new Thread(() -> {
                while (!Thread.interrupted()) {
                    append(server, 50);
                }
            });
            busy.start();
            try {
                Frame last = slow.next();
                while (!last.event().equals("closing")) {
                    last = slow.next();
                    if (last.isEvent()) {
                        // The pace of this client: about a megabyte a second, far less than comes.
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                }
                assertThat(last.json().getString("reason")).startsWith("too slow for long");
            } catch (UncheckedIOException e) {
                throw new AssertionError("ended without a word", e);
            } finally {
                busy.interrupt();
                busy.join();
            }
        }
    }

    private void append(RunningServer server, int count) {
        server.append(events.next(count).stream()
                .map(event -> new AuditEvent(
                        event.eventId(),
                        event.timestamp(),
                        event.agentInstanceId(),
                        event.traceId(),
                        event.actor(),
                        event.actionType(),
                        event.resource(),
                        event.status(),
                        event.latencyMs(),
                        LARGE))
                .toArray(AuditEvent[]::new));
    }
}
