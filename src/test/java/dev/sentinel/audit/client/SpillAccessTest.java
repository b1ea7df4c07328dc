package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A spill directory that another user has prepared. */
@Timeout(30)
final class SpillAccessTest {
    private static final int NOBODY = 65_534;
    private static final int ALL = 1_000_000;

    @TempDir
    private Path parent;

    private final Ledger ledger = new Ledger(new AuditListener() {});

    @Test
    void open_directoryOfAnotherUser_isRefused() throws IOException {
        Path directory = Files.createDirectory(parent.resolve("spill"));

        assertThatThrownBy(() -> SpillBuffer.open(directory, SpillAccess.of(NOBODY), ALL, ledger))
                .isInstanceOf(SpillRefusedException.class)
                .hasMessageEndingWith("spill belongs to another user; use a new directory inside it");

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void open_directoryGivenAway_isRefused() throws IOException {
        Path directory = Files.createDirectory(parent.resolve("spill"));
        give(directory);

        assertThatThrownBy(() -> SpillBuffer.open(directory, ALL, ledger))
                .isInstanceOf(SpillRefusedException.class)
                .hasMessageEndingWith("spill belongs to another user; use a new directory inside it");
    }

    @Test
    void open_directoryThatOthersCanWrite_isRefused() throws IOException {
        Path directory = Files.createDirectory(parent.resolve("spill"));
        for (String mode : List.of("rwxrwxrwx", "rwxrwx---", "rwx----w-")) {
            mode(directory, mode);
            assertThatThrownBy(() -> SpillBuffer.open(directory, ALL, ledger))
                    .isInstanceOf(SpillRefusedException.class)
                    .hasMessageEndingWith("spill can be written by other users; use a new directory inside it");
        }
    }

    /** Such as a volume of a container. */
    @Test
    void open_newDirectoryInOneThatOthersCanWrite_isForItsUserOnly() throws IOException {
        Path volume = Files.createDirectory(parent.resolve("volume"));
        mode(volume, "rwxrwxrwx");

        SpillBuffer.open(volume.resolve("spill"), ALL, ledger).close();

        assertThat(Files.getPosixFilePermissions(volume.resolve("spill")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void open_linkToADirectoryOfAnotherUser_isRefused() throws IOException {
        Path theirs = Files.createDirectory(parent.resolve("theirs"));
        mode(theirs, "rwxrwxrwx");
        Path link = Files.createSymbolicLink(parent.resolve("spill"), theirs);

        assertThatThrownBy(() -> SpillBuffer.open(link, ALL, ledger)).isInstanceOf(SpillRefusedException.class);
    }

    @Test
    void open_lockThatIsNoFile_isRefused() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("spill"));
        pipe(directory.resolve("spill.door"));

        assertThatThrownBy(() -> SpillBuffer.open(directory, ALL, ledger))
                .isInstanceOf(SpillRefusedException.class)
                .hasMessageEndingWith("spill.door is not a regular file");
    }

    @Test
    void recover_plantedFiles_areNotSent() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("spill"));
        Path outside = Files.write(parent.resolve("outside"), SpillLine.of("planted".getBytes(UTF_8)));
        Files.createSymbolicLink(directory.resolve(name(1)), outside);
        pipe(directory.resolve(name(2)));
        Files.createDirectory(directory.resolve(name(3)));
        Path wide = Files.write(directory.resolve(name(4)), SpillLine.of("planted".getBytes(UTF_8)));
        mode(wide, "rw-rw-rw-");
        Path locked = Files.write(directory.resolve(name(5)), SpillLine.of("planted".getBytes(UTF_8)));
        mode(locked, "rw-------");
        String owner = locked.getFileName().toString().replaceAll("-[0-9]+[.]spill$", "");
        pipe(directory.resolve(owner + ".lock"));
        Path good = Files.write(directory.resolve(name(6)), SpillLine.of("good".getBytes(UTF_8)));
        mode(good, "rw-------");

        try (SpillBuffer buffer = SpillBuffer.open(directory, ALL, ledger)) {
            assertThat(buffer.recover()).isEqualTo(1);
            assertThat(new String(buffer.take(10, ALL).events().get(0), UTF_8)).isEqualTo("good");
            assertThat(buffer.take(10, ALL)).isNull();
        }

        assertThat(outside).exists();
        assertThat(wide).exists();
    }

    @Test
    void recover_fileOfAnotherUser_isNotSent() throws IOException {
        Path directory = Files.createDirectory(parent.resolve("spill"));
        Path planted = Files.write(directory.resolve(name(1)), SpillLine.of("planted".getBytes(UTF_8)));
        mode(planted, "rw-------");
        give(planted);

        try (SpillBuffer buffer = SpillBuffer.open(directory, ALL, ledger)) {
            assertThat(buffer.recover()).isZero();
            assertThat(buffer.take(10, ALL)).isNull();
        }
    }

    @Test
    void client_refusedDirectory_recordsInMemoryWithOneWarning() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("spill"));
        mode(directory, "rwxrwxrwx");
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger log = Logger.getLogger(AuditClient.class.getPackageName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getLevel().equals(Level.WARNING)) {
                    lines.add(line.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        log.addHandler(handler);
        try (AuditClient client = AuditClient.builder()
                .endpoint(URI.create("http://127.0.0.1:9").toString())
                .agentInstanceId("agent")
                .spill(directory)
                .closeTimeout(Duration.ofMillis(10))
                .build()) {
            client.record(event -> event.traceId("t").toolCall("search"));
            assertThat(client.stats().recorded()).isEqualTo(1);
            assertThat(client.stats().spilled()).isZero();
        } finally {
            log.removeHandler(handler);
        }

        assertThat(lines.stream().filter(line -> line.contains("spill")))
                .singleElement()
                .asString()
                .contains("can be written by other users", "events are kept in memory only");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    private static String name(int file) {
        return UUID.randomUUID() + "-0000000" + file + ".spill";
    }

    private static void mode(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static void pipe(Path path) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", "-m", "600", path.toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void give(Path file) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
        Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    }
}
