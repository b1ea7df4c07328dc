package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.failure.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootGuardTest {
    private static final OptionalInt ROOT = OptionalInt.of(0);
    private static final int NOBODY = 65_534;

    @TempDir
    private Path parent;

    private Path data;

    @BeforeEach
    void create() throws IOException {
        assumeTrue(ProcessUser.uid().equals(ROOT), "only root can give directories away");
        data = Files.createDirectories(parent.resolve("a/data"));
    }

    @Test
    void check_directoriesOfRoot_areSafe() {
        assertThatCode(() -> RootGuard.check("restore", log(), ROOT)).doesNotThrowAnyException();
        assertThatCode(() -> RootGuard.check("restore", data.resolve("none/yet/x.db"), ROOT))
                .doesNotThrowAnyException();
    }

    @Test
    void check_directoryOfAnotherUser_isRefusedWithThatUser() throws IOException {
        give(data);

        assertThatThrownBy(() -> RootGuard.check("restore", log(), ROOT))
                .isInstanceOf(Unusable.class)
                .hasMessageContainingAll(
                        "restore must not run as root",
                        data + " belongs to nobody",
                        "run it as that user (sudo -u nobody bin/sentinel restore)");
    }

    @Test
    void check_directoryAboveOfAnotherUser_isRefused() throws IOException {
        give(data.getParent());

        assertThatThrownBy(() -> RootGuard.check("backup", log(), ROOT))
                .hasMessageContaining(data.getParent() + " belongs to nobody");
    }

    @Test
    void check_linkIntoADirectoryOfAnotherUser_isRefused() throws IOException {
        Path theirs = Files.createDirectory(parent.resolve("theirs"));
        Files.createSymbolicLink(log(), theirs.resolve("x.db"));
        Files.createFile(theirs.resolve("x.db"));
        give(theirs);

        assertThatThrownBy(() -> RootGuard.check("restore", log(), ROOT))
                .hasMessageContaining(theirs + " belongs to nobody");
    }

    @Test
    void check_linkOfAnotherUser_isRefused() throws IOException {
        Path link = parent.resolve("link");
        Files.createSymbolicLink(link, data);
        give(link);

        assertThatThrownBy(() -> RootGuard.check("restore", link.resolve("x.db"), ROOT))
                .hasMessageContaining(link + " belongs to nobody");
    }

    @Test
    void check_directoryThatOthersCanWrite_isRefused() throws IOException {
        for (int mode : new int[] {0777, 0770, 0707, 01777}) {
            Files.setAttribute(data, "unix:mode", mode);
            assertThatThrownBy(() -> RootGuard.check("restore", log(), ROOT))
                    .hasMessageContaining("other users can write to " + data);
        }
        Files.setAttribute(data, "unix:mode", 0700);
        Files.setAttribute(data.getParent(), "unix:mode", 0777);
        assertThatThrownBy(() -> RootGuard.check("restore", log(), ROOT))
                .hasMessageContaining("other users can write to " + data.getParent());
    }

    @Test
    void check_asAnyOtherUser_isTheirOwnAffair() throws IOException {
        give(data);

        assertThatCode(() -> RootGuard.check("restore", log(), OptionalInt.of(NOBODY)))
                .doesNotThrowAnyException();
        assertThatCode(() -> RootGuard.check("restore", log(), OptionalInt.empty()))
                .doesNotThrowAnyException();
    }

    private Path log() {
        return data.resolve("sentinel_audit.db");
    }

    private static void give(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    }
}
