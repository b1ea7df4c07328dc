package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.StoredDestination;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destinations in backups. */
final class DestinationCopyTest {
    @TempDir
    private Path directory;

    private Path log;
    private Path copy;

    @BeforeEach
    void names() {
        log = directory.resolve("sentinel_audit.db");
        copy = directory.resolve("backups/copy.state.db");
    }

    @Test
    void write_destinations_areInTheRestoredCopy() throws Exception {
        added("lake", 40);
        added("siem", 70);
        List<DestinationStore.Adopted> before = DestinationCopy.of(log);

        DestinationCopy.write(log, copy);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
        Path other = directory.resolve("other/sentinel_audit.db");
        Files.createDirectories(other.getParent());
        DestinationCopy.check(copy, other);
        assertThat(DestinationCopy.restoreIfMissing(copy, other)).isTrue();
        assertThat(DestinationCopy.of(other)).isEqualTo(before).hasSize(2);
    }

    @Test
    void restoreIfMissing_destinationsThere_changesNothing() {
        added("siem", 70);
        DestinationCopy.write(log, copy);
        added("lake", 40);

        assertThat(DestinationCopy.restoreIfMissing(copy, log)).isFalse();

        assertThat(DestinationCopy.of(log)).hasSize(2);
    }

    @Test
    void write_noDestinations_makesNoFile() {
        DestinationCopy.write(log, copy);

        assertThat(copy).doesNotExist();
        assertThat(DestinationCopy.of(log)).isEmpty();
        assertThat(DestinationCopy.holdBeyond(log, 0)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    /** Whoever has its fence has read events that are no longer there. */
    @Test
    void holdBeyond_someBeyond_holdsThose() {
        added("lake", 40);
        added("siem", 70);

        assertThat(DestinationCopy.holdBeyond(log, 40)).containsExactly("siem");

        assertThat(DestinationCopy.of(log))
                .extracting(adopted -> adopted.destination().state())
                .containsExactly(DestinationState.RUNNING, DestinationState.RESET);
    }

    @Test
    void check_anotherDatabase_isRefused() throws Exception {
        Files.createDirectories(copy.getParent());
        KeyFile.open(copy.resolveSibling("copy.db")).close();
        Files.move(copy.resolveSibling("copy.keys.db"), copy);

        assertThatThrownBy(() -> DestinationCopy.check(copy, log)).isInstanceOf(Unusable.class);
    }

    private void added(String id, long next) {
        try (DestinationFile file = DestinationFile.open(log)) {
            file.add(StoredDestination.starting(id, "{}", 0, null));
            long fence = file.own(id, "a", Duration.ZERO).orElseThrow().fence();
            file.advance(id, fence, next);
        }
    }
}
