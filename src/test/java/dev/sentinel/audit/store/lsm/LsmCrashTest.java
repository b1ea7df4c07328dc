package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.lsm.LsmFile.Visit;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a crash, the trees are those of the last commit: all of the batches before it, and nothing else. */
class LsmCrashTest {
    private static final int KEYS = 4;

    @TempDir
    private Path directory;

    /** A process that adds batches until it is killed. Prints a line for each commit. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws SQLException {
            try (LsmFile file = open(Path.of(args[0]))) {
                for (long batch = batches(file); ; batch++) {
                    add(file, batch);
                    System.out.println(batch);
                }
            }
        }
    }

    @Test
    void open_writerWasKilled_hasTheBatchesThatWereCommitted() throws Exception {
        Path path = directory.resolve("trees.db");
        Random random = new Random(1);
        long before = 0;
        for (int kill = 0; kill < 2; kill++) {
            long seen = kill(path, before + 10 + random.nextInt(30));
            try (LsmFile file = open(path)) {
                assertThat(batches(file)).isGreaterThan(seen);
                assertTreesHave(file, batches(file));
                before = batches(file);
                add(file, before);
                assertTreesHave(file, before + 1);
            }
        }
    }

    /** Starts a writer, and kills it when it has written a batch. Returns the last one of which it has told. */
    private static long kill(Path path, long lastBatch) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Writer.class.getName(), path.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long batch = -1;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            while (batch < lastBatch) {
                String line = lines.readLine();
                assertThat(line).as("the writer goes on").isNotNull();
                batch = Long.parseLong(line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return batch;
    }

    /** As a power failure leaves them, at many moments of which a kill meets few. */
    @Test
    void open_copyFromWithinATransaction_hasTheBatchesBefore() throws SQLException, IOException {
        Path path = directory.resolve("trees.db");
        Path copy = directory.resolve("copy.db");
        try (LsmFile file = open(path)) {
            // Pages are written before the commit.
            file.execute("PRAGMA cache_size = 5");
            file.execute("CREATE TABLE batches (batch INTEGER PRIMARY KEY)");
            file.connection().commit();
            for (long batch = 0; batch < 18; batch++) {
                addWithoutCommit(file, batch);
                Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
                Files.copy(wal(path), wal(copy), StandardCopyOption.REPLACE_EXISTING);
                try (LsmFile opened = open(copy)) {
                    assertTreesHave(opened, batch);
                    if (batch % 5 == 4) {
                        opened.mergeAll();
                        assertTreesHave(opened, batch);
                    }
                }
                Files.delete(copy);
                file.connection().commit();
            }
            assertThat(Files.size(wal(path))).isGreaterThan(1 << 18);
        }
    }

    private static Path wal(Path path) {
        return path.resolveSibling(path.getFileName() + "-wal");
    }

    private static LsmFile open(Path path) throws SQLException {
        return LsmFile.at(path, LsmFile.SMALL);
    }

    /** How many batches were committed, by their own account. */
    private static long batches(LsmFile file) throws SQLException {
        file.execute("CREATE TABLE IF NOT EXISTS batches (batch INTEGER PRIMARY KEY)");
        return file.number("SELECT count(*) FROM batches");
    }

    private static void add(LsmFile file, long batch) throws SQLException {
        addWithoutCommit(file, batch);
        file.connection().commit();
    }

    private static void addWithoutCommit(LsmFile file, long batch) throws SQLException {
        file.execute("INSERT INTO batches VALUES (" + batch + ")");
        for (Tree tree : LsmFile.TREES) {
            file.add(tree, entries(tree, batch));
        }
        for (int i = 0; i < 3; i++) {
            file.writer().merge(0);
        }
        file.writer().finish();
    }

    private static List<Entry> entries(Tree tree, long batch) {
        Random random = new Random(batch);
        int size = random.nextInt(5) == 0 ? 100 : 1 + random.nextInt(30);
        return IntStream.range(0, size)
                .mapToObj(i -> new Entry(
                        0,
                        tree.equals(LsmFile.BY_TIME) ? 0 : i % KEYS,
                        batch + random.nextInt(9),
                        1_000 * batch + i,
                        1,
                        2))
                .toList();
    }

    private static void assertTreesHave(LsmFile file, long batches) throws SQLException {
        file.assertNoBlobIsOrphaned();
        for (Tree tree : LsmFile.TREES) {
            List<Visit> expected = new ArrayList<>();
            for (long batch = 0; batch < batches; batch++) {
                entries(tree, batch).forEach(entry -> expected.add(Visit.of(entry)));
            }
            List<Visit> read = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                read.addAll(file.read(tree, new Key(0, key), Range.all(true)));
            }
            Comparator<Visit> bySeq = Comparator.comparingLong(Visit::seq);
            expected.sort(bySeq);
            read.sort(bySeq);
            assertThat(read).isEqualTo(expected);
        }
    }
}
