package dev.sentinel.audit.query.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.postgres.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one PostgreSQL: a client can switch between them without noticing. */
@Timeout(60)
final class StreamServersTest {
    @TempDir
    private Path directory;

    @Test
    void stream_fromOneServerToTheOther_hasNoGapAndNoRepeat() {
        Map<String, String> environment =
                Map.of("DATABASE_URL", PostgresServer.shared().newSchema(), "READERS", "2", "WRITERS", "1");
        Events events = new Events(13);
        List<Long> seen = new ArrayList<>();
        try (RunningServer one = RunningServer.start(directory, environment);
                RunningServer two = RunningServer.start(directory, environment);
                EventStream whole = EventStream.open(two.client().port(), "/v1/events/stream")) {
            assertThat(whole.next().id()).isEqualTo("-1");
            for (int round = 0; round < 20; round++) {
                one.append(events.next(7).toArray(AuditEvent[]::new));
                two.append(events.next(3).toArray(AuditEvent[]::new));
                RunningServer server = round % 2 == 0 ? two : one;
                // The other server may not know yet what this one has sent.
                try (EventStream stream = EventStream.open(
                        server.client().port(), "/v1/events/stream", "Last-Event-ID", "" + (seen.size() - 1))) {
                    seen.addAll(stream.seqs((round + 1) * 10 - seen.size()));
                }
            }
            List<Long> all = LongStream.range(0, 200).boxed().toList();
            assertThat(seen).isEqualTo(all);
            assertThat(whole.seqs(200)).isEqualTo(all);
        }
    }
}
