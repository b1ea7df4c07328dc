package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.Events;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores that are interrupted, and what becomes of the seals of old events. */
final class SqliteRestoreTest {
    private final Events samples = new Events(7);

    @TempDir
    private Path directory;

    private Path log;
    private Path copy;

    /** A log of twenty events, and a copy of its first ten. */
    @BeforeEach
    void create() throws SQLException {
        log = directory.resolve("sentinel_audit.db");
        copy = directory.resolve("copy.db");
        append(0, 10);
        SqliteBackup.write(log, copy);
        append(10, 20);
    }

    private void append(long from, long to) throws SQLException {
        List<StoredEvent> stored = new ArrayList<>();
        for (long seq = from; seq < to; seq++) {
            stored.add(new StoredEvent(seq, Events.START, samples.next(), Seals.ANY));
        }
        try (EventLog open = EventLog.open(log)) {
            open.append(stored);
        }
    }

    /** Each step may be the last one before a crash. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void start_afterACrashInTheSwap_hasTheCopyAndKeepsTheOldLog(int steps) throws Exception {
        SqliteFiles files = SqliteFiles.of(log);
        LogSwap swap = LogSwap.at(files, Restored.NOW);
        Files.copy(copy, swap.ready());
        Files.writeString(files.index(), "of the old log");
        if (steps > 0) {
            Files.writeString(beside(swap.kept(), "-wal"), "");
        }
        if (steps > 1) {
            Files.move(log, swap.kept());
        }
        if (steps > 2) {
            files.deleteIndex();
        }

        OpenedFiles opened = OpenedFiles.open(files, 1_000, new EventContent(RedactionRules.off()), Clock.systemUTC());
        opened.writer().close();
        opened.index().close();
        opened.lock().close();

        assertThat(events(log)).isEqualTo(10);
        assertThat(events(swap.kept())).isEqualTo(20);
        assertThat(swap.ready()).doesNotExist();
    }

    /** When complete, that copy would take the place of what was restored. */
    @Test
    void restore_besideAnUnfinishedMigration_isRefused() throws Exception {
        Files.move(log, SqliteFiles.of(log).unfinishedCopy());

        assertThatThrownBy(() -> SqliteRestore.prepare(
                        copy, directory.resolve("no.keys.db"), path -> {}, log, Restored.NOW, Clock.systemUTC()))
                .hasMessageContaining("is unfinished");
        assertThat(log).doesNotExist();
        assertThat(events(SqliteFiles.of(log).unfinishedCopy())).isEqualTo(20);
    }

    @Test
    void start_copyThatWasNotComplete_hasTheOldLog() throws Exception {
        SqliteFiles files = SqliteFiles.of(log);
        Files.copy(copy, LogSwap.at(files, Restored.NOW).copy());

        SqliteNumberedLog.open(log).close();

        assertThat(events(log)).isEqualTo(20);
    }

    @Test
    void restore_whileItIsPrepared_holdsTheLock() {
        try (SqliteRestore restore = SqliteRestore.prepare(
                copy, directory.resolve("none"), unchecked -> {}, log, Restored.NOW, Clock.systemUTC())) {
            assertThat(restore.events()).isEqualTo(10);
            assertThatThrownBy(() -> SqliteNumberedLog.open(log))
                    .hasMessageContaining("another process uses this database");
        }
        assertThat(directory.resolve("sentinel_audit.db.restoring")).doesNotExist();
    }

    /** The upgrade drew the key from which the receipts of the old events were made. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void restore_copyFromBeforeSeals_keepsTheLeavesOfItsEvents(int version) throws Exception {
        OlderLog.to(log, version);
        OlderLog.to(copy, version);
        EventLog.open(log).close();
        LeafHash before = leaf();

        Restored.restore(copy, directory.resolve("none"), log, Restored.NOW);

        assertThat(events(log)).isEqualTo(10);
        assertThat(leaf()).isEqualTo(before);
    }

    @Test
    void restore_copyFromBeforeSealsOfAnotherLog_drawsAnotherKey() throws Exception {
        OlderLog.to(copy, 2);
        Path other = directory.resolve("other.db");
        EventLog.open(other).close();

        try (SqliteRestore restore = SqliteRestore.prepare(
                copy, directory.resolve("none"), unchecked -> {}, other, Restored.NOW, Clock.systemUTC())) {
            assertThat(restore.drawsLegacyKey()).isTrue();
        }
    }

    private LeafHash leaf() throws SQLException {
        try (EventLog open = EventLog.open(log)) {
            return new Leaf().hash(open.read(3).orElseThrow());
        }
    }

    private static long events(Path file) throws SQLException {
        try (EventLog open = EventLog.open(file)) {
            return open.nextSeq();
        }
    }

    private static Path beside(Path file, String added) {
        return file.resolveSibling(file.getFileName() + added);
    }
}
