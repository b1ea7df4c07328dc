package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.lsm.LsmFile.Visit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** Compares trees with sorted sets, whatever is added, merged, rolled back and reopened in whatever order. */
class LsmModelTest {
    private static final long[] EXTREMES = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE - 1};

    private static final Comparator<Visit> OLDEST =
            Comparator.comparingLong(Visit::time).thenComparingLong(Visit::seq);

    /** A file in memory, and what it must contain. */
    private static final class Subject implements AutoCloseable {
        private final Random random;
        private final LsmFile file;
        private final LsmCache cache = new LsmCache();
        private final List<TreeSet<Entry>> sorted = new ArrayList<>();
        private final List<List<Entry>> added = new ArrayList<>();
        private long seq;

        Subject(long seed) throws SQLException {
            random = new Random(seed);
            int minBlocks = 1 + random.nextInt(3);
            file = LsmFile.inMemory(new Sizes(
                    80 + random.nextInt(200), minBlocks, minBlocks + random.nextInt(3), 2 + random.nextInt(60)));
            for (int i = 0; i < LsmFile.TREES.size(); i++) {
                sorted.add(new TreeSet<>(Entry.ORDER));
                added.add(new ArrayList<>());
            }
        }

        void step() throws SQLException {
            switch (random.nextInt(8)) {
                case 0 -> {
                    add();
                    file.writer().merge(0);
                    file.rollback();
                }
                case 1 -> file.reopen();
                case 2, 3 -> {
                    merge();
                    file.commit();
                }
                default -> {
                    List<List<Entry>> batch = add();
                    merge();
                    file.commit();
                    for (Tree tree : LsmFile.TREES) {
                        sorted.get(tree.id()).addAll(batch.get(tree.id()));
                        added.get(tree.id()).addAll(batch.get(tree.id()));
                    }
                }
            }
        }

        private void merge() throws SQLException {
            boolean more = true;
            for (int i = random.nextInt(40); more && i > 0; i--) {
                more = file.writer().merge(0);
            }
            if (!more) {
                assertThat(file.writer().mostRuns()).isLessThan(LsmWriter.FAN_IN);
            }
        }

        private List<List<Entry>> add() throws SQLException {
            List<List<Entry>> batch = new ArrayList<>();
            int count = 1 + random.nextInt(random.nextBoolean() ? 5 : 100);
            seq += random.nextInt(10) == 0 ? 1L << random.nextInt(50) : 0;
            long shift = random.nextInt(4) == 0 ? random.nextLong() : 0;
            for (Tree tree : LsmFile.TREES) {
                List<Entry> entries = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    entries.add(entry(tree, seq + i, shift));
                }
                file.add(tree, entries);
                batch.add(entries);
            }
            seq += count;
            return batch;
        }

        private Entry entry(Tree tree, long at, long shift) {
            int tag = random.nextInt(50) == 0 ? Integer.MAX_VALUE : random.nextInt(128);
            long owner = random.nextInt(50) == 0 ? Long.MAX_VALUE : random.nextInt(1_000);
            Key key = key(tree);
            return new Entry(key.high(), key.low(), time(at, shift), at, tag, tree.id() == 1 ? owner : 0);
        }

        private long time(long at, long shift) {
            return switch (random.nextInt(60)) {
                case 0 -> EXTREMES[random.nextInt(EXTREMES.length)];
                case 1 -> random.nextInt(100_000);
                default -> shift + at / 3;
            };
        }

        private Key key(Tree tree) {
            if (tree.equals(LsmFile.BY_TIME)) {
                return Key.NONE;
            }
            if (tree.equals(LsmFile.BY_GROUP)) {
                return new Key(0, random.nextInt(7));
            }
            long number = random.nextInt(60);
            return new Key(number / 2 * SplitMix.GOLDEN, number % 3 == 0 ? -1 : number);
        }

        void check() throws SQLException {
            file.assertNoBlobIsOrphaned();
            // Another connection would do the same; in memory there is one only.
            try (LsmReader reader = file.reader(random.nextInt(8) == 0 ? new LsmCache() : cache)) {
                for (int i = 0; i < 30; i++) {
                    check(random.nextBoolean() ? reader : file.writer().reader());
                }
            }
        }

        private void check(LsmReader reader) throws SQLException {
            Tree tree = LsmFile.TREES.get(random.nextInt(3));
            List<Key> keys = Stream.generate(() -> random.nextInt(9) == 0 ? new Key(0, -1) : key(tree))
                    .limit(1L + random.nextInt(3))
                    .distinct()
                    .toList();
            Range range = range(tree);
            assertThat(LsmFile.read(reader.walk(tree, keys, range)))
                    .as("%s of %s in %s", keys, tree, range)
                    .isEqualTo(expected(tree, keys, range));
        }

        private Range range(Tree tree) {
            boolean newestFirst = random.nextBoolean();
            if (added.get(tree.id()).isEmpty() || random.nextInt(5) == 0) {
                return Range.all(newestFirst);
            }
            Entry one = anyOf(tree);
            Entry other = anyOf(tree);
            return new Range(
                    one.time(),
                    one.seq() + random.nextInt(3) - 1,
                    other.time(),
                    other.seq() + random.nextInt(3) - 1,
                    newestFirst);
        }

        private Entry anyOf(Tree tree) {
            List<Entry> all = added.get(tree.id());
            return all.get(random.nextInt(all.size()));
        }

        private List<Visit> expected(Tree tree, List<Key> keys, Range range) {
            List<Visit> expected = new ArrayList<>();
            Visit from = new Visit(range.fromTime(), range.fromSeq(), 0, 0);
            Visit to = new Visit(range.toTime(), range.toSeq(), 0, 0);
            if (OLDEST.compare(from, to) < 0) {
                for (Key key : keys) {
                    sorted.get(tree.id()).subSet(entry(key, to), false, entry(key, from), true).stream()
                            .map(Visit::of)
                            .forEach(expected::add);
                }
            }
            expected.sort(range.newestFirst() ? OLDEST.reversed() : OLDEST);
            return expected;
        }

        private static Entry entry(Key key, Visit visit) {
            return new Entry(key.high(), key.low(), visit.time(), visit.seq(), 0, 0);
        }

        @Override
        public void close() throws SQLException {
            file.close();
        }
    }

    @Property(tries = 25)
    void walks_ofWhatWasAdded_visitItInOrder(@ForAll @LongRange long seed) throws SQLException {
        try (Subject subject = new Subject(seed)) {
            for (int i = 0; i < 40; i++) {
                subject.step();
                if (i % 4 == 0) {
                    subject.check();
                }
            }
            subject.check();
        }
    }
}
