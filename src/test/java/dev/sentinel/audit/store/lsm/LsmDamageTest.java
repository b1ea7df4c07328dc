package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.store.lsm.LsmFile.Visit;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong in the tables, answers are right or {@link LsmDamage}, and nothing else. */
class LsmDamageTest {
    private static final int KEYS = 5;

    /** Large, so that there are many blocks. */
    private static final long OWNER = 1L << 60;

    private LsmFile file;
    private List<Visit> expected;
    private long seq;

    /** Trees with several runs, some of them with several segments, an unfinished merge and trash. */
    @BeforeEach
    void fill() throws SQLException {
        file = LsmFile.inMemory(new Sizes(80, 2, 3, 12));
        add(LsmFile.BY_KEY, 60);
        for (int i = 0; i < 4; i++) {
            add(LsmFile.BY_TIME, 260);
            add(LsmFile.BY_GROUP, 260);
        }
        add(LsmFile.BY_TIME, 3);
        while (file.number("SELECT count(*) FROM lsm_trash") == 0) {
            file.writer().merge(0);
            file.commit();
        }
        file.writer().merge(0);
        file.commit();
        expected = readAll(file.reader(new LsmCache()));
        assertThat(expected).hasSize((int) seq);
        assertThat(file.number("SELECT count(*) FROM lsm_trash")).isPositive();
        assertThat(file.number("SELECT count(*) FROM lsm_segments WHERE run NOT IN (SELECT run FROM lsm_runs)"))
                .isPositive();
    }

    private void add(Tree tree, int size) throws SQLException {
        file.add(tree, entries(tree, size));
        file.commit();
    }

    private List<Entry> entries(Tree tree, int size) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(new Entry(0, tree.equals(LsmFile.BY_TIME) ? 0 : i % KEYS, seq / 2, seq, 1, OWNER));
            seq++;
        }
        return entries;
    }

    @AfterEach
    void close() throws SQLException {
        file.close();
    }

    private static List<Visit> readAll(LsmReader reader) throws SQLException {
        List<Visit> all = new ArrayList<>();
        for (boolean newestFirst : new boolean[] {true, false}) {
            List<Visit> read = new ArrayList<>();
            for (Tree tree : LsmFile.TREES) {
                for (int key = 0; key < KEYS; key++) {
                    read.addAll(LsmFile.read(reader.walk(tree, new Key(0, key), Range.all(newestFirst))));
                }
            }
            read.sort(Comparator.comparingLong(Visit::time).thenComparingLong(Visit::seq));
            assertThat(all.isEmpty() || all.equals(read)).isTrue();
            all = read;
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"lsm_blobs", "lsm_runs", "lsm_catalog", "lsm_trash"})
    void answers_anyRowIsMissing_areRightOrDamage(String table) throws SQLException {
        for (long row : some("SELECT rowid FROM " + table, 12)) {
            damage("DELETE FROM " + table + " WHERE rowid = " + row);
        }
    }

    @Test
    void answers_anySegmentIsMissing_areRightOrDamage() throws SQLException {
        for (long segment : some("SELECT 1000 * run + place FROM lsm_segments", 12)) {
            damage("DELETE FROM lsm_segments WHERE 1000 * run + place = " + segment);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lsm_segments, place",
        "lsm_segments, run",
        "lsm_segments, first_block",
        "lsm_segments, blocks",
        "lsm_segments, entries",
        "lsm_segments, min_time",
        "lsm_segments, max_time",
        "lsm_segments, high",
        "lsm_segments, low",
        "lsm_segments, time",
        "lsm_segments, seq",
        "lsm_runs, run",
        "lsm_runs, tree",
        "lsm_catalog, version",
        "lsm_catalog, next_run",
        "lsm_catalog, next_blob",
        "lsm_trash, last_blob"
    })
    void answers_anyNumberIsWrong_areRightOrDamage(String table, String column) throws SQLException {
        for (String wrong : List.of("-1", "+1", "+1000000", "* -1", "| (1 << 62)")) {
            for (long row : some("SELECT row_number() OVER () FROM " + table + " ORDER BY 1", 2)) {
                damage(updateOf(table, column, wrong, row));
            }
        }
    }

    private static String updateOf(String table, String column, String wrong, long row) {
        String key = table.equals("lsm_segments") ? "run, place" : "rowid";
        return "UPDATE OR IGNORE " + table + " SET " + column + " = " + column + " " + wrong + " WHERE (" + key
                + ") IN (SELECT " + key + " FROM " + table + " ORDER BY " + key + " LIMIT 1 OFFSET " + (row - 1) + ")";
    }

    @Test
    void answers_anyBlobHasAWrongByte_areRightOrDamage() throws SQLException {
        Random random = new Random(1);
        for (long id : some("SELECT id FROM lsm_blobs", 8)) {
            byte[] blob = blob(id);
            int at = random.nextInt(blob.length);
            blob[at] ^= (byte) (1 << random.nextInt(8));
            damage("UPDATE lsm_blobs SET bytes = x'" + hex(blob) + "' WHERE id = " + id);
            damage("UPDATE lsm_blobs SET bytes = substr(bytes, 1, " + at + ") WHERE id = " + id);
        }
    }

    @Test
    void answers_aBlobIsThatOfAnother_areRightOrDamage() throws SQLException {
        for (long id : some("SELECT id FROM lsm_blobs", 8)) {
            damage("UPDATE lsm_blobs SET bytes = (SELECT bytes FROM lsm_blobs WHERE id != " + id + " ORDER BY abs(id - "
                    + id + ") LIMIT 1) WHERE id = " + id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+ 1000000", "+ 200", "- 1000"})
    void finish_trashThatHasBlobsOfOthers_isDamage(String wrong) throws SQLException {
        file.execute("UPDATE lsm_trash SET last_blob = last_blob " + wrong);

        assertThatThrownBy(() -> file.writer().finish()).isInstanceOf(LsmDamage.class);
    }

    /** Damages the file, reads it as a reader and as a writer that goes on, and takes all of it back. */
    private void damage(String sql) throws SQLException {
        Savepoint before = file.connection().setSavepoint();
        try {
            file.execute(sql);
            try (LsmReader reader = file.reader(new LsmCache())) {
                assertThat(readAll(reader)).as(sql).isEqualTo(expected);
            } catch (LsmDamage expectedDamage) {
                // Right, too.
            }
            try (LsmWriter writer = new LsmWriter(file.connection(), LsmFile.TREES, LsmFile.SMALL)) {
                for (int steps = 0; writer.merge(0); steps++) {
                    writer.finish();
                    assertThat(steps).as(sql).isLessThan(1_000);
                }
                writer.finish();
                writer.finish();
                assertThat(readAll(writer.reader())).as(sql).isEqualTo(expected);
            } catch (LsmDamage expectedDamage) {
                // Right, too.
            }
        } catch (RuntimeException | SQLException e) {
            throw new AssertionError(sql, e);
        } finally {
            file.connection().rollback(before);
        }
    }

    /** About so many of the numbers, from everywhere. */
    private List<Long> some(String sql, int count) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Statement statement = file.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                numbers.add(row.getLong(1));
            }
        }
        assertThat(numbers).isNotEmpty();
        List<Long> some = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i += Math.max(1, numbers.size() / count)) {
            some.add(numbers.get(i));
        }
        return some;
    }

    private byte[] blob(long id) throws SQLException {
        try (PreparedStatement select =
                file.connection().prepareStatement("SELECT bytes FROM lsm_blobs WHERE id = " + id)) {
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBytes(1);
            }
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
