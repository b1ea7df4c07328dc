package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.store.Events;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses files of this process; other users are played by another number, and by files given away if run as root. */
final class DataDirectoryTest {
    private static final int NOBODY = 65_534;

    @TempDir
    private Path parent;

    private Path data;
    private Path log;

    @BeforeEach
    void create() throws IOException {
        data = Files.createDirectory(parent.resolve("data"));
        log = data.resolve("sentinel_audit.db");
        mode(data, "rwxr-xr-x");
    }

    @Test
    void restrict_filesOfOurs_areTheOwnersAlone() throws IOException {
        Path backups = Files.createDirectory(data.resolve("backups"));
        mode(backups, "rwxr-xr-x");
        List<Path> files = List.of(
                log,
                data.resolve("sentinel_audit.db-wal"),
                data.resolve("sentinel_audit.db-shm"),
                data.resolve("sentinel_audit.index.db"),
                data.resolve("sentinel_audit.keys.db"),
                data.resolve("sentinel_audit.lock"),
                data.resolve("sentinel_audit.db.before-2026-11-02T080513Z"),
                backups.resolve("sentinel_audit-20261102T080513Z.db"),
                backups.resolve("sentinel_audit-20261102T080513Z.keys.db"));
        for (Path file : files) {
            create(file, "rw-r--r--");
        }
        create(data.resolve("sentinel_audit.import"), "r--r--r--");

        new DataDirectory(data).restrict(log);

        assertThat(files).allSatisfy(file -> assertMode(file, "rw-------"));
        assertMode(data.resolve("sentinel_audit.import"), "r--------");
        assertMode(data, "rwx------");
        assertMode(backups, "rwx------");
    }

    @Test
    void restrict_otherFilesBeside_leavesThemAndTheDirectory() throws IOException {
        create(log, "rw-rw-r--");
        create(data.resolve("notes.txt"), "rw-r--r--");

        new DataDirectory(data).restrict(log);

        assertMode(log, "rw-------");
        assertMode(data.resolve("notes.txt"), "rw-r--r--");
        assertMode(data, "rwxr-xr-x");
    }

    @Test
    void restrict_volumeOfItsOwn_isRestricted() throws IOException {
        Files.createDirectory(data.resolve("lost+found"));

        new DataDirectory(data).restrict(log);

        assertMode(data, "rwx------");
    }

    @Test
    void restrict_sharedDirectory_isLeft() throws IOException {
        Files.setAttribute(data, "unix:mode", 01777);
        create(log, "rw-r--r--");

        new DataDirectory(data).restrict(log);

        assertMode(data, "rwxrwxrwx");
        assertMode(log, "rw-------");
    }

    @Test
    void restrict_databaseElsewhere_changesOnlyItsFiles() throws IOException {
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        mode(elsewhere, "rwxr-xr-x");
        Path other = elsewhere.resolve("audit.db");
        List<Path> files = List.of(other, elsewhere.resolve("audit.index.db"), elsewhere.resolve("audit.lock"));
        for (Path file : files) {
            create(file, "rw-r--r--");
        }
        create(elsewhere.resolve("audit.conf"), "rw-r--r--");

        new DataDirectory(data).restrict(other);

        assertThat(files).allSatisfy(file -> assertMode(file, "rw-------"));
        assertMode(elsewhere.resolve("audit.conf"), "rw-r--r--");
        assertMode(elsewhere, "rwxr-xr-x");
        assertMode(data, "rwx------");
    }

    @Test
    void restrict_databaseOfAnotherProgram_changesNothing() throws IOException {
        create(log, "rw-r--r--");
        Files.writeString(log, "SQLite format 3\0" + "\0".repeat(200));

        new DataDirectory(data).restrict(log);

        assertMode(log, "rw-r--r--");
        assertMode(data, "rwxr-xr-x");
    }

    @Test
    void restrict_asAnotherUser_changesNothing() throws IOException {
        create(log, "rw-r--r--");

        new DataDirectory(data).restrict(log, OptionalInt.of(NOBODY));
        new DataDirectory(data).restrict(log, OptionalInt.empty());

        assertMode(log, "rw-r--r--");
        assertMode(data, "rwxr-xr-x");
    }

    @Test
    void restrict_linkToAnotherFile_doesNotFollowIt() throws IOException {
        Path other = parent.resolve("other");
        create(other, "rw-r--r--");
        Files.createSymbolicLink(data.resolve("sentinel_audit.keys.db"), other);

        new DataDirectory(data).restrict(log);

        assertMode(other, "rw-r--r--");
    }

    @Test
    void restrict_fileOfAnotherUserInside_leavesItAndTheDirectory() throws IOException {
        assumeTrue(ProcessUser.uid().equals(OptionalInt.of(0)), "only root can give files away");
        create(log, "rw-r--r--");
        Files.setAttribute(log, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);

        new DataDirectory(data).restrict(log);

        assertMode(log, "rw-r--r--");
        assertMode(data, "rwxr-xr-x");
    }

    @Test
    void restrictBackups_directoryOfItsOwn_isRestricted() throws IOException {
        create(data.resolve("sentinel_audit-20261102T080513Z.db"), "rw-r--r--");

        DataDirectory.restrictBackups(data, parent.resolve("sentinel_audit.db"));

        assertMode(data, "rwx------");
        assertMode(data.resolve("sentinel_audit-20261102T080513Z.db"), "rw-------");
    }

    /** The umask of a test is usually 022, as that of {@code java -jar} outside of {@code bin/}. */
    @Test
    void newFiles_withoutBin_areTheOwnersAlone() throws Exception {
        Path fresh = parent.resolve("a/b/sentinel_audit.db");
        PrivateFiles.createDirectories(fresh.getParent());
        Path copy = parent.resolve("c/copy.db");
        try (ProcessLock lock = ProcessLock.acquire(SqliteFiles.of(fresh).lock());
                EventLog owner = EventLog.open(fresh);
                KeyFile keys = KeyFile.open(fresh)) {
            owner.append(List.of(new StoredEvent(0, Events.START, new Events(1).next(), Seals.ANY)));
            SqliteBackup.write(fresh, copy);
            keys.copyTo(parent.resolve("c/copy.keys.db"));
            try (var files = Files.walk(parent.resolve("a"))) {
                assertThat(files.filter(Files::isRegularFile).toList())
                        .hasSizeGreaterThanOrEqualTo(5)
                        .allSatisfy(file -> assertMode(file, "rw-------"));
            }
            assertThat(lock).isNotNull();
        }

        assertMode(parent.resolve("a"), "rwx------");
        assertMode(fresh.getParent(), "rwx------");
        assertMode(copy.getParent(), "rwx------");
        assertMode(copy, "rw-------");
        assertMode(parent.resolve("c/copy.keys.db"), "rw-------");
    }

    private static void create(Path file, String permissions) throws IOException {
        Files.createFile(file);
        mode(file, permissions);
    }

    private static void mode(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static void assertMode(Path file, String permissions) {
        try {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)))
                    .as(file.toString())
                    .isEqualTo(permissions);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
