package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.bench.EventMemory;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time per batch, on real files in {@code target}: the log with its fsync, the index without. The files grow during the
 * measurement, like those of a server.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StoreBenchmark {
    /** Events per batch. */
    @Param({"25", "1000"})
    private int batch;

    private final RecentIds recentIds = new RecentIds();
    private Path directory;
    private EventMemory source;
    private EventLog log;
    private EventIndex index;
    private List<StoredEvent> events;
    private List<IndexEntry> entries;
    private long logged;
    private long indexed;

    /** Creates empty files. */
    @Setup
    public void open() throws IOException, SQLException {
        directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "jmh");
        source = new EventMemory(1);
        SqliteFiles files = SqliteFiles.of(directory.resolve("log.db"));
        log = EventLog.open(files.log());
        index = IndexFile.open(files, log, recentIds, Clock.systemUTC());
    }

    /** Creates the next events; not measured. */
    @Setup(Level.Invocation)
    public void makeBatch() {
        Instant now = Instant.now();
        events = new ArrayList<>(batch);
        entries = new ArrayList<>(batch);
        for (int i = 0; i < batch; i++) {
            events.add(new StoredEvent(logged + i, now, source.get(), Seals.ANY));
            entries.add(IndexEntry.of(new StoredEvent(indexed + i, now, source.get(), Seals.ANY)));
        }
    }

    /** Appends a batch; it is durable on return. */
    @Benchmark
    public void append() throws SQLException {
        log.append(events);
        logged += batch;
    }

    /** Indexes a batch; it is visible to queries on return. Writes ids when there are enough of them. */
    @Benchmark
    public void index() throws SQLException {
        entries.forEach(entry -> recentIds.put(entry.eventId(), entry.seq()));
        index.add(entries);
        indexed += batch;
    }

    /** Deletes the files. */
    @TearDown
    public void close() throws IOException, SQLException {
        log.close();
        index.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
