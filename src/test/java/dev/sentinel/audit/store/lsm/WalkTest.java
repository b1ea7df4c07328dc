package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.store.lsm.LsmFile.Visit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The boundaries of ranges, blocks, segments and runs. */
class WalkTest {
    private static final Key KEY = new Key(-7, 3);

    private LsmFile file;

    @BeforeEach
    void open() throws SQLException {
        file = LsmFile.inMemory(LsmFile.SMALL);
    }

    @AfterEach
    void close() throws SQLException {
        file.close();
    }

    @ParameterizedTest
    @CsvSource({
        "5, 2, 5, 3, '2'",
        "5, 1, 5, 3, '1 2'",
        "5, 3, 5, 3, ''",
        "5, 3, 5, 1, ''",
        "6, 0, 4, 9, ''",
        "4, 9, 6, 0, '1 2 3'",
        "4, 9, 5, 1, ''",
        "5, 4, 9, 9, '9'",
        "-9223372036854775808, -9223372036854775808, 9223372036854775807, 9223372036854775807, '0 1 2 3 9'",
        "9223372036854775807, 9223372036854775807, -9223372036854775808, -9223372036854775808, ''"
    })
    void walk_range_includesItsStartAndExcludesItsEnd(
            long fromTime, long fromSeq, long toTime, long toSeq, String expected) throws SQLException {
        add(entry(4, 0), entry(5, 1), entry(5, 2), entry(5, 3), entry(8, 9));

        List<String> seqs = expected.isEmpty() ? List.of() : List.of(expected.split(" "));
        assertThat(seqs(new Range(fromTime, fromSeq, toTime, toSeq, false))).isEqualTo(seqs);
        List<String> reversed = new ArrayList<>(seqs);
        Collections.reverse(reversed);
        assertThat(seqs(new Range(fromTime, fromSeq, toTime, toSeq, true))).isEqualTo(reversed);
    }

    @Test
    void walk_timesAtTheEndsOfNumbers_findsThem() throws SQLException {
        add(entry(Long.MIN_VALUE, 1), entry(Long.MAX_VALUE, 2));

        assertThat(seqs(Range.all(false))).containsExactly("1", "2");
        assertThat(seqs(new Range(Long.MAX_VALUE, 0, Long.MAX_VALUE, Long.MAX_VALUE, true)))
                .containsExactly("2");
        assertThat(seqs(new Range(Long.MIN_VALUE, 0, Long.MIN_VALUE, 2, true))).containsExactly("1");
    }

    /** A key that begins and ends at every place of a block, and of a segment. */
    @Test
    void walk_keyBetweenOthers_findsItWhereverItBegins() throws SQLException {
        for (int before = 0; before < 60; before++) {
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < before; i++) {
                entries.add(new Entry(before, i, 1, i, 0, 0));
            }
            for (int i = 0; i < countBehind(before); i++) {
                entries.add(new Entry(before, 1_000, i, i, 0, 0));
            }
            for (int i = 0; i < 30; i++) {
                entries.add(new Entry(before, 2_000 + i, 1, i, 0, 0));
            }
            file.add(LsmFile.BY_GROUP, entries);
        }
        file.commit();

        for (int before = 0; before < 60; before++) {
            List<Long> seqs = LongStream.range(0, countBehind(before)).boxed().toList();
            List<Long> reversed = new ArrayList<>(seqs);
            Collections.reverse(reversed);
            assertThat(file.read(LsmFile.BY_GROUP, new Key(before, 1_000), Range.all(false)))
                    .as("behind %d others", before)
                    .extracting(Visit::seq)
                    .isEqualTo(seqs);
            assertThat(file.read(LsmFile.BY_GROUP, new Key(before, 1_000), Range.all(true)))
                    .as("behind %d others", before)
                    .extracting(Visit::seq)
                    .isEqualTo(reversed);
        }
    }

    private static int countBehind(int before) {
        return before % 3 == 0 ? 1 : 60;
    }

    /** Each place between two entries of a key that fills several segments, as the next page of a reader begins. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void walk_startingAtEachEntry_visitsTheRest(boolean newestFirst) throws SQLException {
        Entry[] entries =
                LongStream.range(0, 150).mapToObj(i -> entry(i / 4, i)).toArray(Entry[]::new);
        add(entries);
        assertThat(file.number("SELECT count(*) FROM lsm_segments")).isGreaterThan(2);

        for (Entry entry : entries) {
            Range rest = newestFirst
                    ? new Range(Long.MIN_VALUE, Long.MIN_VALUE, entry.time(), entry.seq(), true)
                    : new Range(entry.time(), entry.seq(), Long.MAX_VALUE, Long.MAX_VALUE, false);
            assertThat(seqs(rest)).hasSize((int) (newestFirst ? entry.seq() : 150 - entry.seq()));
        }
    }

    @Test
    void walk_severalRuns_mergesThem() throws SQLException {
        add(entry(1, 1), entry(5, 2), entry(9, 3));
        add(entry(2, 4), entry(5, 5), entry(8, 6));
        add(entry(5, 7));

        assertThat(seqs(Range.all(false))).containsExactly("1", "4", "2", "5", "7", "6", "3");
        assertThat(seqs(Range.all(true))).containsExactly("3", "6", "7", "5", "2", "4", "1");
    }

    @Test
    void walk_severalKeys_mergesThem() throws SQLException {
        file.add(LsmFile.BY_GROUP, List.of(new Entry(0, 1, 5, 1, 0, 0), new Entry(0, 2, 4, 2, 0, 0)));
        file.add(LsmFile.BY_GROUP, List.of(new Entry(0, 1, 3, 3, 0, 0), new Entry(0, 3, 9, 4, 0, 0)));
        file.commit();

        try (LsmReader reader = file.reader(new LsmCache())) {
            Walk walk = reader.walk(LsmFile.BY_GROUP, List.of(new Key(0, 1), new Key(0, 2)), Range.all(true));
            assertThat(LsmFile.read(walk)).extracting(Visit::seq).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void walk_withoutKeysOrRuns_hasNoEntry() throws SQLException {
        try (LsmReader reader = file.reader(new LsmCache())) {
            assertThat(LsmFile.read(reader.walk(LsmFile.BY_GROUP, List.of(), Range.all(true))))
                    .isEmpty();
            assertThat(LsmFile.read(reader.walk(LsmFile.BY_GROUP, KEY, Range.all(true))))
                    .isEmpty();
        }
    }

    /** SQLite makes zero of a version that is not there. */
    @Test
    void open_versionThatIsMissing_isDamage() throws SQLException {
        LsmCache cache = new LsmCache();
        try (LsmReader reader = file.reader(cache)) {
            assertThatThrownBy(() -> reader.open(0)).isInstanceOf(LsmDamage.class);
        }
    }

    @Test
    void next_afterTheEnd_staysFalse() throws SQLException {
        add(entry(1, 1));
        try (LsmReader reader = file.reader(new LsmCache())) {
            Walk walk = reader.walk(LsmFile.BY_KEY, KEY, Range.all(true));
            assertThatThrownBy(walk::seq).isInstanceOf(IllegalStateException.class);
            assertThat(walk.next()).isTrue();
            assertThat(walk.next()).isFalse();
            assertThat(walk.next()).isFalse();
            assertThatThrownBy(walk::seq).isInstanceOf(IllegalStateException.class);
        }
    }

    /** Going on would pass over entries. */
    @Test
    void next_afterAFailure_failsAgain() throws SQLException {
        add(entry(1, 1));
        file.execute("DELETE FROM lsm_blobs");
        try (LsmReader reader = file.reader(new LsmCache())) {
            Walk walk = reader.walk(LsmFile.BY_KEY, KEY, Range.all(false));
            assertThatThrownBy(walk::next).isInstanceOf(LsmDamage.class);
            assertThatThrownBy(walk::next).isInstanceOf(IllegalStateException.class);
        }
    }

    private void add(Entry... entries) throws SQLException {
        file.add(LsmFile.BY_KEY, List.of(entries));
        file.commit();
    }

    private List<String> seqs(Range range) throws SQLException {
        return file.read(LsmFile.BY_KEY, KEY, range).stream()
                .map(visit -> String.valueOf(visit.seq()))
                .toList();
    }

    private static Entry entry(long time, long seq) {
        return new Entry(KEY.high(), KEY.low(), time, seq, 1, 2);
    }
}
