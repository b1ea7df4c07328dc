package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.EventStream.Frame;
import dev.sentinel.audit.PostingClients;
import dev.sentinel.audit.ServerProcess;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams of the packaged server. */
@Timeout(120)
final class StreamIT {
    private static final int KILLS = 3;

    @TempDir
    private Path directory;

    /** Like a browser: reconnects with the last id that it has seen. */
    @Test
    void kill_whileStreaming_resumedStreamHasEachEventOnce() throws Exception {
        List<Long> seqs = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        AtomicReference<ServerProcess> server = new AtomicReference<>(ServerProcess.start(directory, Map.of()));
        try (PostingClients clients =
                new PostingClients(8, event -> server.get().client().post("application/json", event))) {
            for (int kill = 0; kill < KILLS; kill++) {
                EventStream stream = follow(server.get(), seqs);
                ServerProcess running = server.get();
                int enough = seqs.size() + 300;
                try {
                    while (true) {
                        take(stream.next(), seqs, ids);
                        if (seqs.size() == enough) {
                            running.kill();
                        }
                    }
                } catch (UncheckedIOException killed) {
                    stream.close();
                }
                server.set(ServerProcess.start(directory, Map.of()));
            }
            clients.awaitMore(100);
            clients.stop();
            try (EventStream stream = follow(server.get(), seqs)) {
                while (!ids.containsAll(clients.acknowledged())) {
                    take(stream.next(), seqs, ids);
                }
            }
            assertThat(seqs).isEqualTo(LongStream.range(0, seqs.size()).boxed().toList());
            assertThat(ids).hasSameSizeAs(seqs);
            assertThat(server.get().terminate()).isZero();
        } finally {
            server.get().close();
        }
    }

    private static EventStream follow(ServerProcess server, List<Long> seen) {
        return EventStream.open(
                server.client().port(), "/v1/events/stream", "Last-Event-ID", Integer.toString(seen.size() - 1));
    }

    private static void take(Frame frame, List<Long> seqs, Set<String> ids) {
        if (frame.isEvent()) {
            seqs.add(Long.valueOf(frame.id()));
            ids.add(frame.json().getString("event_id"));
        }
    }
}
