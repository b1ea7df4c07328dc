package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.lsm.LsmCache;
import dev.sentinel.audit.store.lsm.LsmReader;
import dev.sentinel.audit.store.lsm.LsmSchema;
import dev.sentinel.audit.store.lsm.LsmWriter;
import dev.sentinel.audit.store.lsm.Range;
import dev.sentinel.audit.store.lsm.Walk;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The id of an indexed event must always be in the file or in memory, and its filters must not deny it. */
class IdWriterTest {
    private static final int BATCH = 5_000;
    private static final int EVENTS = 2 * IdWriter.UNWRITTEN + BATCH;

    @TempDir
    private Path directory;

    private final Random random = new Random(42);
    private final List<UUID> ids = new ArrayList<>();
    private Connection index;

    @BeforeEach
    void open() throws SQLException {
        index = Sqlite.openWriter(directory.resolve("index.db"), "OFF");
        IndexSchema.create(index, "some log");
        index.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        index.close();
    }

    @Test
    void write_afterEachBatch_everyIdIsFoundAndMemoryIsBounded() throws SQLException {
        RecentIds recent = new RecentIds();
        IdWriter writer = new IdWriter(index, recent);
        LsmWriter trees = new LsmWriter(index, IndexTrees.ALL);
        recent.indexed().open(index);
        recent.indexed().complete();
        while (ids.size() < EVENTS) {
            writer.write(batch(recent), trees);
            trees.finish();
            index.commit();
            writer.committed();

            assertAllAreFound(recent);
            assertThat(recent.size()).isBetween(1, 2 * IdWriter.KEPT);
        }
        assertThat(Sqlite.queryLong(index, "SELECT filters_seq FROM progress"))
                .as("the end of the filters that were written last")
                .isEqualTo(2L * IdWriter.UNWRITTEN);
    }

    private List<IndexEntry> batch(RecentIds recent) {
        List<IndexEntry> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            recent.put(id, ids.size());
            batch.add(new IndexEntry(ids.size(), id, "agent", "trace", null, null, "resource", 0, 0, 1));
            ids.add(id);
        }
        return batch;
    }

    /** Checks a sample: all ids after each batch would be a million look-ups. */
    private void assertAllAreFound(RecentIds recent) throws SQLException {
        LsmReader reader = new LsmReader(index, new LsmCache());
        reader.open(Sqlite.queryLong(index, LsmSchema.VERSION));
        for (int i = 0; i < 500; i++) {
            int seq = random.nextInt(ids.size());
            UUID id = ids.get(seq);
            OptionalLong inMemory = recent.seqOf(id);
            assertThat(inMemory.isPresent() ? inMemory.getAsLong() : inFile(reader, id))
                    .isEqualTo(seq);
            assertThat(inFile(reader, id)).isEqualTo(seq);
            assertThat(recent.indexed().mayContain(id)).isTrue();
        }
    }

    private static long inFile(LsmReader reader, UUID id) throws SQLException {
        Walk walk = reader.walk(IndexTrees.IDS, IndexTrees.key(id), Range.all(true));
        return walk.next() ? walk.seq() : -1;
    }
}
