package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** Compares trees with sorted sets, whatever is added, merged, rolled back and reopened in whatever order. */
class LsmModelTest {
    private static final Tree BY_TIME = new Tree(0, Tree.NEVER);
    private static final Tree BY_KEY = new Tree(1, 10_000);
    private static final Tree BY_GROUP = new Tree(2, Tree.ALWAYS);
    private static final List<Tree> TREES = List.of(BY_TIME, BY_KEY, BY_GROUP);

    /** A file in memory with one writer and one reader, and what they must contain. */
    private static final class Subject implements AutoCloseable {
        private final Random random;
        private final Connection connection;
        private final List<TreeSet<Entry>> model = new ArrayList<>();
        private final LsmCache cache = new LsmCache();
        private LsmWriter writer;
        private long seq;

        Subject(long seed) throws SQLException {
            random = new Random(seed);
            connection = DriverManager.getConnection("jdbc:sqlite::memory:");
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                for (String ddl : LsmSchema.DDL) {
                    statement.execute(ddl);
                }
            }
            connection.commit();
            writer = new LsmWriter(connection, TREES);
            TREES.forEach(tree -> model.add(new TreeSet<>(Entry.ORDER)));
        }

        void step() throws SQLException {
            switch (random.nextInt(8)) {
                case 0 -> {
                    add(1 + random.nextInt(3_000));
                    connection.rollback();
                    reopen();
                }
                case 1 -> reopen();
                case 2, 3 -> {
                    writer.merge(random.nextInt(3_000_000));
                    commit();
                }
                default -> {
                    List<List<Entry>> added = add(1 + random.nextInt(random.nextBoolean() ? 20 : 3_000));
                    writer.merge(random.nextInt(1_000_000));
                    commit();
                    for (Tree tree : TREES) {
                        model.get(tree.id()).addAll(added.get(tree.id()));
                    }
                }
            }
        }

        private void commit() throws SQLException {
            writer.finish();
            connection.commit();
        }

        private void reopen() throws SQLException {
            writer.close();
            writer = new LsmWriter(connection, TREES);
        }

        private List<List<Entry>> add(int count) throws SQLException {
            List<List<Entry>> added = new ArrayList<>();
            long shift = random.nextInt(4) == 0 ? random.nextLong() : 0;
            for (Tree tree : TREES) {
                List<Entry> entries = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    entries.add(entry(tree, seq + i, shift));
                }
                entries.sort(Entry.ORDER);
                writer.add(tree, entries);
                added.add(entries);
            }
            seq += count;
            return added;
        }

        private Entry entry(Tree tree, long at, long shift) {
            long time = shift + (random.nextInt(50) == 0 ? random.nextInt(100_000) : at / 3);
            int tag = random.nextInt(128);
            return switch (tree.id()) {
                case 0 -> new Entry(0, 0, time, at, tag, 0);
                case 1 -> {
                    Key key = key();
                    yield new Entry(key.high(), key.low(), time, at, tag, random.nextInt(1_000));
                }
                default -> new Entry(0, random.nextInt(7), time, at, tag, 0);
            };
        }

        private Key key() {
            long number = random.nextInt(200);
            return new Key(number * 0x9e3779b97f4a7c15L, number % 3 == 0 ? -1 : number);
        }

        void check() throws SQLException {
            // Another connection would do the same; in memory there is one only.
            LsmReader reader = new LsmReader(connection, cache);
            try (Statement statement = connection.createStatement();
                    var row = statement.executeQuery(LsmSchema.VERSION)) {
                reader.open(row.getLong(1));
            }
            for (int i = 0; i < 30; i++) {
                Tree tree = TREES.get(random.nextInt(3));
                List<Key> keys = keys(tree);
                Range range = range(tree);
                assertThat(read(reader.walk(tree, keys, range)))
                        .as("%s of %s in %s", keys, tree, range)
                        .isEqualTo(expected(tree, keys, range));
            }
            reader.close();
        }

        private List<Key> keys(Tree tree) {
            return switch (tree.id()) {
                case 0 -> List.of(Key.NONE);
                case 1 -> random.nextBoolean() ? List.of(key()) : List.of(new Key(5, 5), new Key(0, -1));
                default -> random.nextBoolean() ? List.of(new Key(0, 3)) : List.of(new Key(0, 0), new Key(0, 6));
            };
        }

        private Range range(Tree tree) {
            boolean newestFirst = random.nextBoolean();
            List<Entry> all = new ArrayList<>(model.get(tree.id()));
            if (all.isEmpty() || random.nextInt(3) == 0) {
                return Range.all(newestFirst);
            }
            Entry one = all.get(random.nextInt(all.size()));
            Entry other = all.get(random.nextInt(all.size()));
            return new Range(one.time(), one.seq(), other.time(), other.seq(), newestFirst);
        }

        private List<String> expected(Tree tree, List<Key> keys, Range range) {
            Comparator<Entry> oldest = Comparator.comparingLong(Entry::time).thenComparingLong(Entry::seq);
            Entry from = new Entry(0, 0, range.fromTime(), range.fromSeq(), 0, 0);
            Entry to = new Entry(0, 0, range.toTime(), range.toSeq(), 0, 0);
            return model.get(tree.id()).stream()
                    .filter(entry -> keys.contains(new Key(entry.high(), entry.low())))
                    .filter(entry -> oldest.compare(entry, from) >= 0 && oldest.compare(entry, to) < 0)
                    .sorted(range.newestFirst() ? oldest.reversed() : oldest)
                    .map(entry -> text(entry.time(), entry.seq(), entry.tag(), entry.owner()))
                    .toList();
        }

        private static List<String> read(Walk walk) throws SQLException {
            List<String> read = new ArrayList<>();
            while (walk.next()) {
                read.add(text(walk.time(), walk.seq(), walk.tag(), walk.owner()));
            }
            return read;
        }

        private static String text(long time, long seq, int tag, long owner) {
            return time + " " + seq + " " + tag + " " + owner;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    @Property(tries = 60)
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
