package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.store.lsm.LsmFile.Visit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LsmWriterTest {
    private static final Tree TREE = LsmFile.BY_GROUP;
    private static final Key KEY = new Key(0, 1);

    private LsmFile file;
    private long seq;

    @BeforeEach
    void open() throws SQLException {
        file = LsmFile.inMemory(LsmFile.SMALL);
    }

    @AfterEach
    void close() throws SQLException {
        file.close();
    }

    @Test
    void merge_singleEntries_keepsThreeRunsOfEachSize() throws SQLException {
        for (int i = 0; i < 600; i++) {
            file.add(TREE, entries(1));
            file.writer().merge(Long.MAX_VALUE);
            file.commit();
            // Tiers up to 16, 64, 256 and 1,024 entries.
            assertThat(file.number("SELECT count(*) FROM lsm_runs")).isLessThanOrEqualTo(4 * 3);
        }
        assertAllAreThere();
    }

    @Test
    void merge_batchesOfMixedSizes_keepsThreeRunsOfEachSize() throws SQLException {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            file.add(TREE, entries(1 << random.nextInt(9)));
            file.writer().merge(Long.MAX_VALUE);
            file.commit();
            assertThat(file.writer().mostRuns()).isLessThan(LsmWriter.FAN_IN);
        }
        // Tiers up to 16, 64, 256, 1,024, 4,096, 16,384 entries.
        assertThat(file.number("SELECT count(*) FROM lsm_runs")).isLessThanOrEqualTo(6 * 3);
        assertAllAreThere();
    }

    @Test
    void merge_withoutTime_mergesOneSliceInEachTransaction() throws SQLException {
        addRuns(4, 200);
        long runs = file.number("SELECT count(*) FROM lsm_runs");
        int slices = 0;
        long before = file.number("SELECT next_blob FROM lsm_catalog");
        while (file.writer().merge(0)) {
            file.commit();
            slices++;
            long after = file.number("SELECT next_blob FROM lsm_catalog");
            // A segment that a slice has filled, and one that it has begun.
            assertThat(after - before).isLessThanOrEqualTo(2L * (LsmFile.SMALL.maxBlocks() + 1));
            before = after;
            assertThat(file.number("SELECT count(*) FROM lsm_runs"))
                    .as("readers see the runs that are merged")
                    .isEqualTo(runs);
            assertAllAreThere();
        }
        file.commit();

        assertThat(slices).isGreaterThanOrEqualTo(4 * 200 / LsmFile.SMALL.entriesPerLook());
        assertThat(file.number("SELECT count(*) FROM lsm_runs")).isEqualTo(1);
        assertAllAreThere();
    }

    /** Else a large run that was merged in short slices has as many segments as it had slices. */
    @Test
    void merge_inShortSlices_writesSegmentsOfSeveralBlocks() throws SQLException {
        file.close();
        file = LsmFile.inMemory(new Sizes(100, 3, 4, 20));
        addRuns(4, 200);
        file.mergeAll();

        assertThat(file.number("SELECT count(*) FROM lsm_segments WHERE blocks < 3"))
                .isLessThanOrEqualTo(1);
        assertThat(file.number("SELECT count(*) FROM lsm_segments")).isGreaterThan(10);
    }

    @Test
    void merge_manyRunsAreWaiting_mergesSixteenAtOnce() throws SQLException {
        addRuns(40, 1);
        file.writer().merge(0);
        file.commit();

        assertThat(file.number("SELECT count(*) FROM lsm_runs")).isEqualTo(40 - 16 + 1);
        assertAllAreThere();
    }

    @ParameterizedTest
    @CsvSource({"100, 0, 100", "100, 7, 100", "100, 8, 200", "100, 31, 700", "100, 1000, 800", "0, 1000, 0"})
    void budget_runsThatWait_makeItLarger(long nanos, int runs, long expected) {
        assertThat(LsmWriter.budget(nanos, runs)).isEqualTo(expected);
    }

    @Test
    void budget_withoutEnd_doesNotOverflow() {
        assertThat(LsmWriter.budget(Long.MAX_VALUE, 1_000)).isGreaterThan(Long.MAX_VALUE / 2);
    }

    @Test
    void merge_largerRunsAreWaiting_mergesTheSmallestFirst() throws SQLException {
        addRuns(4, 200);
        file.writer().merge(0);
        addRuns(4, 2);
        file.writer().merge(0);
        file.commit();

        assertThat(file.number("SELECT count(*) FROM lsm_runs")).isEqualTo(5);
    }

    @Test
    void finish_muchTrash_deletesSomeOfIt() throws SQLException {
        addRuns(4, 1_000);
        while (file.writer().merge(0)) {
            file.commit();
        }
        file.commit();
        long trash = trash();
        assertThat(trash).isGreaterThan(150);

        int commits = 0;
        while (trash > 0) {
            file.commit();
            commits++;
            long left = trash();
            assertThat(trash - left).isBetween(1L, LsmWriter.MIN_DELETED + Segment.MAX_BLOCKS + 1L);
            trash = left;
            file.assertNoBlobIsOrphaned();
        }
        assertThat(commits).isGreaterThan(1);
        assertThat(file.number("SELECT count(*) FROM lsm_blobs"))
                .isEqualTo(file.number("SELECT sum(blocks + 1) FROM lsm_segments"));
    }

    private long trash() throws SQLException {
        return file.number("SELECT coalesce(sum(last_blob - first_blob + 1), 0) FROM lsm_trash");
    }

    @Test
    void open_unfinishedMerge_removesWhatItHasWritten() throws SQLException {
        addRuns(4, 200);
        for (int i = 0; i < 20; i++) {
            file.writer().merge(0);
            file.commit();
        }
        String unfinished = "SELECT count(*) FROM lsm_segments WHERE run NOT IN (SELECT run FROM lsm_runs)";
        assertThat(file.number(unfinished)).isPositive();

        file.reopen();

        assertThat(file.number(unfinished)).isZero();
        file.assertNoBlobIsOrphaned();
        file.mergeAll();
        assertThat(file.number("SELECT count(*) FROM lsm_runs")).isEqualTo(1);
        assertAllAreThere();
    }

    @Test
    void add_entriesThatAreNotInOrder_isRefusedAndEndsTheWriter() throws SQLException {
        Entry one = new Entry(0, 1, 5, 5, 0, 0);

        assertThatThrownBy(() -> file.writer().add(TREE, List.of(one, one)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.writer().finish()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.writer().merge(0)).isInstanceOf(IllegalStateException.class);

        file.rollback();
        file.add(TREE, entries(1));
        file.commit();
        file.assertNoBlobIsOrphaned();
        assertAllAreThere();
    }

    @Test
    void add_otherTree_isRefused() {
        assertThatThrownBy(() -> file.writer().add(new Tree(9, 0), entries(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reader_uncommittedEntries_readsThem() throws SQLException {
        file.add(TREE, entries(3));

        assertThat(LsmFile.read(file.writer().reader().walk(TREE, KEY, Range.all(true))))
                .hasSize(3);
    }

    /** Nobody must use it, but then nothing wrong must be committed. */
    @Test
    void finish_afterARollback_isDamage() throws SQLException {
        file.add(TREE, entries(3));
        file.writer().finish();
        file.connection().rollback();
        file.add(TREE, entries(3));

        assertThatThrownBy(() -> file.writer().finish()).isInstanceOf(LsmDamage.class);
    }

    @Test
    void finish_fileThatAnotherWriterHasChanged_isDamage() throws SQLException {
        try (LsmWriter other = new LsmWriter(file.connection(), LsmFile.TREES)) {
            file.add(TREE, entries(3));
            file.commit();

            // It knows nothing of the ids that were used.
            assertThatThrownBy(() -> {
                        other.add(LsmFile.BY_TIME, List.of());
                        other.add(LsmFile.BY_TIME, List.of(new Entry(0, 0, 1, 1, 0, 0)));
                        other.finish();
                    })
                    .isInstanceOfAny(LsmDamage.class, SQLException.class);
        }
    }

    /** Run ids of a transaction that was rolled back are used again, with other entries. */
    @Test
    void cache_idsThatARollbackHasFreed_readsTheNewEntries() throws SQLException {
        LsmCache cache = new LsmCache();
        for (int i = 0; i < 20; i++) {
            long rolledBack = seq;
            file.add(TREE, entries(40));
            file.writer().merge(0);
            file.writer().finish();
            file.rollback();
            seq = rolledBack;
            file.add(TREE, entries(40));
            file.writer().merge(0);
            file.commit();
            try (LsmReader reader = file.reader(cache)) {
                assertThat(LsmFile.read(reader.walk(TREE, KEY, Range.all(false))).stream()
                                .map(Visit::seq)
                                .sorted())
                        .isEqualTo(seqs());
            }
        }
    }

    /** The connection of a writer lives longer than the writer. */
    @Test
    void close_writer_closesItsStatements() throws SQLException {
        file.writer().close();

        assertThatThrownBy(() -> file.writer().add(TREE, entries(1))).isInstanceOf(SQLException.class);
    }

    private void addRuns(int runs, int entries) throws SQLException {
        for (int i = 0; i < runs; i++) {
            file.add(TREE, entries(entries));
            file.commit();
        }
    }

    private List<Entry> entries(int count) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(new Entry(0, 1, seq * 7_919 % 10_007, seq, 3, 0));
            seq++;
        }
        return entries;
    }

    private void assertAllAreThere() throws SQLException {
        assertThat(file.read(TREE, KEY, Range.all(true)).stream()
                        .map(Visit::seq)
                        .sorted())
                .isEqualTo(seqs());
    }

    private List<Long> seqs() {
        List<Long> seqs = new ArrayList<>();
        for (long i = 0; i < seq; i++) {
            seqs.add(i);
        }
        return seqs;
    }
}
