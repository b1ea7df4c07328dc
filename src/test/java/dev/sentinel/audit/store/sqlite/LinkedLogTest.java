package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file with several names, each in a directory of its own. */
final class LinkedLogTest {
    @TempDir
    private Path parent;

    private Path one;
    private Path other;

    @BeforeEach
    void create() throws IOException {
        one = Files.createDirectory(parent.resolve("one")).resolve("sentinel_audit.db");
        other = Files.createDirectory(parent.resolve("other")).resolve("sentinel_audit.db");
    }

    @Test
    void open_symbolicLinkToAnOpenLog_isRefused() throws Exception {
        open(one).close();
        Files.createSymbolicLink(other, one);

        try (Opened first = open(one)) {
            assertThatThrownBy(() -> open(other))
                    .isInstanceOf(Unusable.class)
                    .hasMessageContaining("another process uses this database");
            assertThat(first).isNotNull();
        }
        try (Opened second = open(other)) {
            assertThatThrownBy(() -> open(one)).hasMessageContaining("another process uses this database");
            assertThat(second).isNotNull();
        }
    }

    @Test
    void open_linksToOneFileOfAnotherName_areRefused() throws Exception {
        Path file = Files.createDirectory(parent.resolve("third")).resolve("audit.sqlite");
        Files.createSymbolicLink(one, Path.of("../third/audit.sqlite"));
        Files.createSymbolicLink(other, one);

        try (Opened first = open(one)) {
            assertThatThrownBy(() -> open(other)).hasMessageContaining("another process uses this database");
            assertThatThrownBy(() -> open(file)).hasMessageContaining("another process uses this database");
            assertThat(first).isNotNull();
            assertThat(file).exists();
        }
    }

    @Test
    void open_hardLink_isRefused() throws Exception {
        open(one).close();
        try (Opened first = open(one)) {
            Files.createLink(other, one);

            assertThatThrownBy(() -> open(other))
                    .isInstanceOf(Unusable.class)
                    .hasMessageContaining("has 2 names (hard links)");
            assertThat(first).isNotNull();
        }
        Files.delete(other);
        open(one).close();
    }

    @Test
    void restore_throughALink_replacesTheFileAndKeepsTheLink() throws Exception {
        open(one).close();
        Path copy = parent.resolve("copy.db");
        SqliteBackup.write(one, copy);
        Files.createSymbolicLink(other, one);

        Path kept = Restored.restore(copy, parent.resolve("none"), other, Restored.NOW);

        assertThat(other).isSymbolicLink();
        assertThat(one).isRegularFile();
        assertThat(kept).isRegularFile().hasParent(one.getParent());
    }

    /** As an attacker who can write to the directory would plant it. */
    @Test
    void restore_linkInPlaceOfItsTemporaryFile_doesNotFollowIt() throws Exception {
        open(one).close();
        Path copy = parent.resolve("copy.db");
        SqliteBackup.write(one, copy);
        Path victim = Files.writeString(parent.resolve("victim"), "untouched");
        for (String name : new String[] {"sentinel_audit.db.restoring", "sentinel_audit.keys.db"}) {
            Files.createSymbolicLink(other.resolveSibling(name), victim);
        }

        Restored.restore(copy, parent.resolve("none"), other, Restored.NOW);
        assertThat(KeyFile.restoreIfMissing(copy, other))
                .as("a link is not missing")
                .isFalse();

        assertThat(victim).hasContent("untouched");
        assertThat(other).isRegularFile();
    }

    @Test
    void backup_linkInPlaceOfItsTemporaryFile_doesNotFollowIt() throws Exception {
        open(one).close();
        Path victim = parent.resolve("victim");
        Files.createSymbolicLink(parent.resolve("copy.db.partial"), victim);
        Files.createSymbolicLink(parent.resolve("copy.keys.db"), victim);
        try (KeyFile keys = KeyFile.open(one)) {
            SqliteBackup.write(one, parent.resolve("copy.db"));
            keys.copyTo(parent.resolve("copy.keys.db"));
        }

        assertThat(victim).doesNotExist();
        assertThat(parent.resolve("copy.keys.db")).isRegularFile();
    }

    private record Opened(OpenedFiles files) implements AutoCloseable {
        @Override
        public void close() throws SQLException, IOException {
            files.writer().close();
            files.index().close();
            files.checkpointer().close();
            files.lock().close();
        }
    }

    private static Opened open(Path log) {
        return new Opened(
                OpenedFiles.open(SqliteFiles.of(log), 10, new EventContent(RedactionRules.off()), Clock.systemUTC()));
    }
}
