package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The limit of the store: the same two files, each written from memory through JDBC by one thread. No HTTP, no event
 * bus, no check for duplicates, no answers.
 */
public final class RawStore {
    private static final int COMMIT = 1_000;
    private static final int INDEX_BATCH = 10_000;
    private static final int MAX_BACKLOG = 50_000;
    private static final Duration WAIT = Duration.ofSeconds(30);

    private RawStore() {}

    /**
     * Writes events for some time.
     *
     * @return durable and indexed events per second
     */
    public static double eventsPerSecond(Path directory, Duration time, Supplier<AuditEvent> events)
            throws IOException, SQLException {
        SqliteFiles files = SqliteFiles.of(Files.createDirectories(directory).resolve("raw.db"));
        IndexBacklog backlog = new IndexBacklog(MAX_BACKLOG, Long.MAX_VALUE);
        RecentIds recentIds = new RecentIds();
        try (EventLog log = EventLog.open(files.log());
                EventIndex index = IndexFile.open(files, log, recentIds, Clock.systemUTC());
                Checkpointer checkpointer = new Checkpointer(files.log())) {
            backlog.startAt(0);
            long start = System.nanoTime();
            long end = start + time.toNanos();
            CompletableFuture<Void> indexing = CompletableFuture.runAsync(() -> index(index, backlog, end));
            long seq = 0;
            while (System.nanoTime() < end) {
                List<StoredEvent> batch = new ArrayList<>(COMMIT);
                Instant now = Instant.now();
                for (int i = 0; i < COMMIT; i++) {
                    batch.add(new StoredEvent(seq++, now, events.get(), Seals.ANY));
                }
                backlog.awaitCapacity(WAIT);
                log.append(batch);
                batch.forEach(stored -> recentIds.put(stored.event().eventId(), stored.seq()));
                backlog.add(batch.stream().map(IndexEntry::of).toList());
                if (seq % (50 * COMMIT) == 0) {
                    checkpointer.run("PASSIVE");
                }
            }
            indexing.join();
            return seq / ((System.nanoTime() - start) / 1e9);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void index(EventIndex index, IndexBacklog backlog, long end) {
        try {
            while (System.nanoTime() < end || backlog.indexed() < backlog.committed()) {
                List<IndexEntry> batch = backlog.next(INDEX_BATCH);
                if (batch.isEmpty()) {
                    Thread.onSpinWait();
                    continue;
                }
                index.add(batch);
                backlog.indexed(batch.get(batch.size() - 1).seq() + 1);
            }
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }
}
