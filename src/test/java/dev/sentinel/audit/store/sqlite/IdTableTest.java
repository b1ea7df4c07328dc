package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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

/** The id of an indexed event must always be in the file or in memory, whatever part of a generation is written. */
class IdTableTest {
    private static final int BATCH = 5_000;
    private static final int EVENTS = 3 * IdTable.GENERATION;

    @TempDir
    private Path directory;

    private final Random random = new Random(42);
    private final List<UUID> ids = new ArrayList<>();
    private Connection index;
    private RecentIds recent = new RecentIds();

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
    void writeSlice_afterEachBatch_everyIdIsFoundAndMemoryIsBounded() throws SQLException {
        IdTable table = new IdTable(index, recent);
        while (ids.size() < EVENTS) {
            addBatch();
            table.writeSlice(ids.size(), BATCH);
            index.commit();
            table.committed();

            assertAllAreFound();
            assertThat(recent.size()).isLessThanOrEqualTo(2 * IdTable.GENERATION);
        }
        assertThat(idsSeq()).as("generations completed").isGreaterThanOrEqualTo(IdTable.GENERATION);
    }

    @Test
    void writeSlice_killedWithinAGeneration_idsReadFromTheLogCompleteIt() throws SQLException {
        IdTable table = new IdTable(index, recent);
        while (ids.size() < IdTable.GENERATION) {
            addBatch();
        }
        table.writeSlice(ids.size(), BATCH);
        index.commit();
        table.writeSlice(ids.size(), BATCH);
        index.rollback();

        recent = new RecentIds();
        for (int seq = (int) idsSeq(); seq < ids.size(); seq++) {
            recent.put(ids.get(seq), seq);
        }
        IdTable again = new IdTable(index, recent);
        again.writeAll(ids.size());
        index.commit();
        again.committed();

        assertThat(recent.size()).isZero();
        assertThat(idsSeq()).isEqualTo(ids.size());
        assertAllAreFound();
    }

    private void addBatch() {
        for (int i = 0; i < BATCH; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            recent.put(id, ids.size());
            ids.add(id);
        }
    }

    /** Checks a sample: all ids after each batch would be a million look-ups. */
    private void assertAllAreFound() throws SQLException {
        try (PreparedStatement select = index.prepareStatement("SELECT seq FROM event_ids WHERE event_id = ?")) {
            for (int i = 0; i < 500; i++) {
                int seq = random.nextInt(ids.size());
                OptionalLong inMemory = recent.seqOf(ids.get(seq));
                long found = inMemory.isPresent() ? inMemory.getAsLong() : inFile(select, ids.get(seq));
                assertThat(found).isEqualTo(seq);
            }
        }
    }

    private static long inFile(PreparedStatement select, UUID id) throws SQLException {
        select.setBytes(1, Keys.bytes(id));
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : -1;
        }
    }

    private long idsSeq() throws SQLException {
        return Sqlite.queryLong(index, "SELECT ids_seq FROM progress");
    }
}
