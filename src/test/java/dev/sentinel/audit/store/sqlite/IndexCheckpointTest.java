package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.Events;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The write-ahead log of the index is moved into the file between commits, and not in them. */
final class IndexCheckpointTest {
    /** They write more than twice as much. */
    private static final long MAX_WAL_BYTES = 8 << 20;

    @TempDir
    private Path directory;

    private final Events events = new Events(3);
    private SqliteFiles files;
    private long seq;

    @Test
    void manyBatches_reuseTheWriteAheadLog() throws Exception {
        assertThat(walAfter(80, 1_000)).isLessThan(MAX_WAL_BYTES);
    }

    @Test
    void manySmallCommits_reuseIt() throws Exception {
        long first = walAfter(1, 1);

        assertThat(walAfter(400, 1)).isLessThan(60 * first);
    }

    /** The bytes of the write-ahead log after some batches of an index that is new. */
    private long walAfter(int batches, int size) throws IOException, SQLException {
        files = SqliteFiles.of(
                Files.createDirectories(directory.resolve(batches + "-" + size)).resolve("i.db"));
        seq = 0;
        try (EventLog log = EventLog.open(files.log());
                EventIndex index = IndexFile.open(files, log, new RecentIds(), Clock.systemUTC())) {
            for (int i = 0; i < batches; i++) {
                index.add(batch(size));
                index.keepUp(size);
            }
            return Files.size(files.index().resolveSibling(files.index().getFileName() + "-wal"));
        }
    }

    private List<IndexEntry> batch(int size) {
        List<IndexEntry> batch = new ArrayList<>();
        events.next(size)
                .forEach(event -> batch.add(new IndexEntry(
                        seq++,
                        event.eventId(),
                        event.agentInstanceId(),
                        event.traceId(),
                        null,
                        null,
                        event.resource(),
                        Events.START.toEpochMilli() * 1_000 + seq,
                        0,
                        IndexEntry.NO_LATENCY)));
        return batch;
    }
}
