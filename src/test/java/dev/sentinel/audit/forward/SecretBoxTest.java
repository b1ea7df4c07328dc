package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretBoxTest {
    @TempDir
    private Path directory;

    /** A key that is made instead of the lost one would only hide what happened. */
    @Test
    void open_noKey_makesNone() {
        Path file = directory.resolve("secrets.key");
        SecretBox box = new SecretBox(file, true);

        assertThatThrownBy(() -> box.open("a", "AAAA"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SECRETS_KEY_FILE");

        assertThat(file).doesNotExist();
        String sealed = box.seal("a", "secret");
        assertThat(box.open("a", sealed)).isEqualTo("secret");
    }

    @Test
    void open_keyIsOpenToOthers_isRefused() throws Exception {
        Path file = directory.resolve("secrets.key");
        SecretBox box = new SecretBox(file, true);
        String sealed = box.seal("a", "secret");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> box.open("a", sealed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mode 600");
    }

    /** Each process has its own box; all must seal with the key that stays. */
    @Test
    void seal_manyAtOnceWithoutAKey_useOneKey() {
        Path file = directory.resolve("secrets.key");

        List<String> sealed = IntStream.range(0, 16)
                .parallel()
                .mapToObj(each -> new SecretBox(file, true).seal("a", "secret"))
                .toList();

        SecretBox box = new SecretBox(file, false);
        assertThat(sealed).allSatisfy(each -> assertThat(box.open("a", each)).isEqualTo("secret"));
    }
}
