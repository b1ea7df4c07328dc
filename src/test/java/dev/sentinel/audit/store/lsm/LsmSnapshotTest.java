package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.lsm.LsmFile.Visit;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers on connections of their own, while a writer adds and merges. */
class LsmSnapshotTest {
    private static final Tree TREE = LsmFile.BY_GROUP;
    private static final Key KEY = new Key(0, 1);

    @TempDir
    private Path directory;

    @Test
    void walk_runsThatAreMergedAndDeleted_goesOnInItsSnapshot() throws SQLException {
        Path path = directory.resolve("trees.db");
        LsmCache cache = new LsmCache();
        try (LsmFile file = LsmFile.at(path, LsmFile.SMALL);
                Connection older = LsmFile.connect(path);
                Connection newer = LsmFile.connect(path)) {
            for (int i = 0; i < 4; i++) {
                add(file, i, 100);
            }
            older.setAutoCommit(false);
            newer.setAutoCommit(false);
            try (LsmReader reader = open(older, cache)) {
                Walk walk = reader.walk(TREE, KEY, Range.all(false));
                assertThat(walk.next()).isTrue();
                file.mergeAll();
                add(file, 4, 100);

                try (LsmReader other = open(newer, cache)) {
                    assertThat(seqs(other.walk(TREE, KEY, Range.all(false)))).isEqualTo(upTo(500));
                }
                assertThat(LsmFile.read(walk)).hasSize(399);
                assertThat(seqs(reader.walk(TREE, KEY, Range.all(false)))).isEqualTo(upTo(400));
            }
        }
    }

    /** Each sees a prefix of the batches, and never less than before. */
    @Test
    void walks_severalThreadsAndOneCache_seeWholeBatches() throws Exception {
        Path path = directory.resolve("trees.db");
        LsmCache cache = new LsmCache();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (LsmFile file = LsmFile.at(path, LsmFile.SMALL)) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(readUntil(done, path, cache)));
            }
            for (int i = 0; i < 80; i++) {
                add(file, i, 20);
            }
            done.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        } finally {
            done.set(true);
            threads.shutdown();
        }
    }

    private static Callable<Integer> readUntil(AtomicBoolean done, Path path, LsmCache cache) {
        return () -> {
            int reads = 0;
            int before = 0;
            try (Connection connection = LsmFile.connect(path)) {
                connection.setAutoCommit(false);
                while (!done.get() || reads == 0) {
                    try (LsmReader reader = open(connection, cache)) {
                        List<Long> seqs = seqs(reader.walk(TREE, KEY, Range.all(false)));
                        assertThat(seqs).isEqualTo(upTo(seqs.size())).hasSizeGreaterThanOrEqualTo(before);
                        assertThat(seqs.size() % 20).isZero();
                        before = seqs.size();
                    }
                    connection.commit();
                    reads++;
                }
            }
            return reads;
        };
    }

    private static LsmReader open(Connection connection, LsmCache cache) throws SQLException {
        LsmReader reader = new LsmReader(connection, cache);
        reader.open(LsmFile.number(connection, LsmSchema.VERSION));
        return reader;
    }

    private static void add(LsmFile file, long batch, int size) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        for (long seq = batch * size; seq < (batch + 1) * size; seq++) {
            entries.add(new Entry(0, 1, seq / 3, seq, 1, 1));
        }
        file.add(TREE, entries);
        file.writer().merge(50_000);
        file.commit();
    }

    private static List<Long> seqs(Walk walk) throws SQLException {
        return LsmFile.read(walk).stream().map(Visit::seq).toList();
    }

    private static List<Long> upTo(int end) {
        return LongStream.range(0, end).boxed().toList();
    }
}
