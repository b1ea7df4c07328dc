package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.client.EventBuffer.Offer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpillBufferTest {
    private static final int ALL = 1_000_000;
    private static final long MAX_BYTES = 8 * 1024 * 1024;

    @TempDir
    private Path directory;

    private final Ledger ledger = new Ledger(new AuditListener() {});

    @Test
    void take_afterOffers_returnsEventsInOrder() throws IOException {
        try (SpillBuffer buffer = open(MAX_BYTES)) {
            offer(buffer, 0, 5);

            assertThat(texts(buffer.take(3, ALL))).containsExactly("event-0", "event-1", "event-2");
            assertThat(texts(buffer.take(3, ALL))).containsExactly("event-3", "event-4");
            assertThat(buffer.take(3, ALL)).isNull();
            assertThat(buffer.pending()).isEqualTo(5);
        }
    }

    @Test
    void untakenBytes_allTaken_isZeroWhilePendingBytesAreNot() throws IOException {
        leave(2);
        try (SpillBuffer buffer = open(MAX_BYTES)) {
            buffer.recover();
            offer(buffer, 2, 4);
            assertThat(buffer.untakenBytes()).isEqualTo(size());
            assertThat(texts(buffer.take(10, ALL))).hasSize(2);
            assertThat(texts(buffer.take(10, ALL))).hasSize(2);

            assertThat(buffer.untakenBytes()).isZero();
            assertThat(buffer.pendingBytes()).isEqualTo(size());
        }
    }

    @Test
    void close_withPending_keepsEventsForNextBuffer() throws IOException {
        try (SpillBuffer buffer = open(MAX_BYTES)) {
            offer(buffer, 0, 4);
            buffer.complete(buffer.take(2, ALL));
        }
        try (SpillBuffer next = open(MAX_BYTES)) {
            assertThat(next.recover()).isEqualTo(4);
            assertThat(texts(next.take(10, ALL))).containsExactly("event-0", "event-1", "event-2", "event-3");
        }
    }

    @Test
    void close_allCompleted_leavesNoFiles() throws IOException {
        try (SpillBuffer buffer = open(MAX_BYTES)) {
            offer(buffer, 0, 4);
            buffer.complete(buffer.take(10, ALL));
        }

        assertThat(files(".spill")).isEmpty();
        assertThat(files(".lock")).isEmpty();
    }

    @Test
    void complete_manyFiles_deletesThemOneByOne() throws IOException {
        try (SpillBuffer buffer = open(64 * 1024)) {
            int offered = 0;
            while (buffer.offer(event(offered)) == Offer.ACCEPTED) {
                offered++;
            }
            assertThat(files(".spill")).hasSizeGreaterThan(4);
            List<String> taken = new ArrayList<>();
            Batch batch;
            while ((batch = buffer.take(100, ALL)) != null) {
                taken.addAll(texts(batch));
                buffer.complete(batch);
            }

            assertThat(taken).hasSize(offered).doesNotHaveDuplicates();
            assertThat(files(".spill")).hasSize(1);
            assertThat(buffer.pendingBytes()).isZero();
        }
    }

    @Test
    void offer_full_isRefusedAndFilesStayWithinBound() throws IOException {
        try (SpillBuffer buffer = open(64 * 1024)) {
            Offer last = Offer.ACCEPTED;
            for (int i = 0; i < 10_000 && last == Offer.ACCEPTED; i++) {
                last = buffer.offer(event(i));
            }

            assertThat(last).isEqualTo(Offer.FULL);
            assertThat(size()).isLessThanOrEqualTo(64 * 1024);
            assertThat(size()).isGreaterThan(63 * 1024);
        }
    }

    @Test
    void recover_tornTail_returnsCompleteEvents() throws IOException {
        leave(10);
        Path file = files(".spill").get(0);
        try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
            torn.setLength(torn.length() - 3);
        }

        try (SpillBuffer next = open(MAX_BYTES)) {
            assertThat(next.recover()).isEqualTo(9);
            Batch batch = next.take(20, ALL);
            assertThat(texts(batch)).hasSize(9).contains("event-8");
            next.complete(batch);
            assertThat(next.take(20, ALL)).isNull();
            assertThat(next.pending()).isZero();
        }
        assertThat(ledger.dropped.sum()).isZero();
        assertThat(files(".spill")).isEmpty();
    }

    @Test
    void recover_damagedLine_losesNoOtherEvent() throws IOException {
        leave(10);
        Path file = files(".spill").get(0);
        String lines = Files.readString(file);
        Files.writeString(file, lines.replace("event-4", "event-X"));

        try (SpillBuffer next = open(MAX_BYTES)) {
            assertThat(next.recover()).isEqualTo(10);
            assertThat(texts(next.take(20, ALL)))
                    .containsExactly(
                            "event-0", "event-1", "event-2", "event-3", "event-5", "event-6", "event-7", "event-8",
                            "event-9");
            assertThat(next.pending()).isEqualTo(9);
        }
        assertThat(ledger.dropped.sum()).isEqualTo(1);
    }

    @Test
    void recover_garbageWithoutLines_isSkipped() throws IOException {
        leave(1);
        Files.write(files(".spill").get(0), new byte[600_000]);

        try (SpillBuffer next = open(MAX_BYTES)) {
            assertThat(next.recover()).isZero();
            offer(next, 7, 8);
            assertThat(texts(next.take(20, ALL))).containsExactly("event-7");
        }
    }

    @Test
    void recover_fileThatCannotBeOpened_losesNoOtherFile() throws IOException {
        leave(5);
        String sound = files(".spill").get(0).getFileName().toString();
        Files.createDirectory(directory.resolve(sound.replace("-00000001", "-00000000")));

        try (SpillBuffer next = open(MAX_BYTES)) {
            assertThat(next.recover()).isEqualTo(5);
            assertThat(texts(next.take(20, ALL))).hasSize(5);
            assertThat(next.take(20, ALL)).isNull();
        }
        assertThat(ledger.dropped.sum()).isZero();
    }

    @Test
    void take_fileThatCannotBeRead_losesNoOtherFile() throws IOException {
        try (SpillBuffer buffer = open(64 * 1024)) {
            int offered = fill(buffer);
            Path first = files(".spill").get(0);
            long lost = Files.readString(first).lines().count();
            cut(first, 0);

            assertThat(takeAll(buffer)).hasSize(offered - (int) lost).startsWith("event-" + lost);
            assertThat(ledger.dropped.sum()).isEqualTo(lost);
            assertThat(buffer.taken()).isEqualTo(buffer.accepted());
            assertThat(buffer.untakenBytes()).isZero();
            assertThat(first).doesNotExist();
        }
    }

    @Test
    void take_fileThatIsGone_losesNoOtherFile() throws IOException {
        try (SpillBuffer buffer = open(64 * 1024)) {
            int offered = fill(buffer);
            Path first = files(".spill").get(0);
            long lost = Files.readString(first).lines().count();
            Files.delete(first);

            assertThat(takeAll(buffer)).hasSize(offered - (int) lost);
            assertThat(ledger.dropped.sum()).isEqualTo(lost);
        }
    }

    @Test
    void close_oneFileCannotBeSynced_closesTheOthers() throws IOException {
        try (SpillBuffer buffer = open(64 * 1024)) {
            fill(buffer);
            Batch batch = buffer.take(10, ALL);
            ((SpillFile) batch.origin()).close();
        }

        assertThat(descriptors()).isEmpty();
    }

    @Test
    void offer_manyFiles_holdsDescriptorsOnlyUntilSynced() throws IOException {
        try (SpillBuffer buffer = open(64 * 1024)) {
            fill(buffer);
            assertThat(files(".spill")).hasSizeGreaterThan(4);

            long deadline = System.nanoTime() + 20_000_000_000L;
            while (descriptors().size() > 1) {
                assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            }
            assertThat(descriptors())
                    .singleElement()
                    .asString()
                    .contains("-0000000" + files(".spill").size());
        }
    }

    @Test
    void take_manyRecoveredFiles_holdsOneDescriptorAtATime() throws IOException {
        try (SpillBuffer buffer = open(64 * 1024)) {
            fill(buffer);
        }
        try (SpillBuffer next = open(64 * 1024)) {
            next.recover();
            assertThat(descriptors()).isEmpty();
            while (next.take(10, ALL) != null) {
                assertThat(descriptors()).hasSizeLessThanOrEqualTo(1);
            }
            assertThat(descriptors()).isEmpty();
            assertThat(next.taken()).isEqualTo(next.accepted());
        }
    }

    @Test
    void recover_ownerStillOpen_takesNothing() throws IOException {
        try (SpillBuffer living = open(MAX_BYTES);
                SpillBuffer other = open(MAX_BYTES)) {
            offer(living, 0, 3);

            assertThat(other.recover()).isZero();
            assertThat(texts(living.take(10, ALL))).hasSize(3);
        }
    }

    @Test
    void recover_twoBuffers_onlyOneTakesOver() throws IOException {
        leave(5);
        try (SpillBuffer one = open(MAX_BYTES);
                SpillBuffer two = open(MAX_BYTES)) {
            assertThat(one.recover() + two.recover()).isEqualTo(5);
            assertThat(two.take(10, ALL)).isNull();
        }
    }

    @Test
    void files_all_areAccessibleToOwnerOnly() throws IOException {
        try (SpillBuffer buffer = SpillBuffer.open(directory.resolve("made"), MAX_BYTES, ledger)) {
            offer(buffer, 0, 1);
            try (Stream<Path> paths = Files.walk(directory.resolve("made"))) {
                assertThat(paths)
                        .allSatisfy(
                                path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                                        .endsWith("------"));
            }
        }
    }

    private SpillBuffer open(long maxBytes) throws IOException {
        return SpillBuffer.open(directory, maxBytes, ledger);
    }

    /** Writes events into the files of a client that is closed. */
    private void leave(int events) throws IOException {
        try (SpillBuffer buffer = open(MAX_BYTES)) {
            offer(buffer, 0, events);
        }
    }

    private static void offer(SpillBuffer buffer, int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(buffer.offer(event(i))).isEqualTo(Offer.ACCEPTED);
        }
    }

    /** Fills the buffer and returns the number of events. */
    private static int fill(SpillBuffer buffer) {
        int offered = 0;
        while (buffer.offer(event(offered)) == Offer.ACCEPTED) {
            offered++;
        }
        return offered;
    }

    private static List<String> takeAll(SpillBuffer buffer) {
        List<String> taken = new ArrayList<>();
        Batch batch;
        while ((batch = buffer.take(100, ALL)) != null) {
            taken.addAll(texts(batch));
        }
        return taken;
    }

    private static void cut(Path path, long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(length);
        }
    }

    /** The spill files that this process has open, once per descriptor. */
    private List<Path> descriptors() throws IOException {
        List<Path> open = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : all) {
                try {
                    open.add(Files.readSymbolicLink(descriptor));
                } catch (NoSuchFileException e) {
                    // The descriptor was closed meanwhile.
                }
            }
        }
        open.removeIf(path -> !path.startsWith(directory) || !path.toString().contains(".spill"));
        return open;
    }

    private static byte[] event(int i) {
        return ("event-" + i).getBytes(UTF_8);
    }

    private static List<String> texts(Batch batch) {
        return batch.events().stream().map(event -> new String(event, UTF_8)).toList();
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> path.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private long size() throws IOException {
        long size = 0;
        for (Path file : files(".spill")) {
            size += Files.size(file);
        }
        return size;
    }
}
