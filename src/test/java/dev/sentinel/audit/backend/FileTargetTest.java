package dev.sentinel.audit.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.StoredDestination;
import dev.sentinel.audit.store.ViewStore;
import dev.sentinel.audit.store.migrate.NoProgress;
import dev.sentinel.audit.store.migrate.RowReport;
import dev.sentinel.audit.store.migrate.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations from a database of servers back to a file. */
final class FileTargetTest extends MigrationCase {
    @Test
    void migrations_logToAFile_isLeftToBackupAndRestore() {
        append(1);

        assertThatThrownBy(() -> run(log(), file(), false))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("bin/sentinel backup and restore");
    }

    @Test
    void copyToAFile_databaseOfServers_hasTheSameEventsKeysDestinationsAndViews() {
        SourceLog.append(target(), events.next(5_000), 1_000);
        AdminAct act = new AdminAct(UUID.randomUUID().toString(), "{}");
        TestKeys.with(target(), keys -> keys.add(key("aaaaaaaa"), act));
        StoredDestination siem = StoredDestination.starting("siem", "{}", 2, null);
        destinations(target(), store -> store.add(siem));
        SavedView errors = new SavedView("k1", "1", "Errors", "/ui/events?query=status%3Aerror", THEN);
        views(target(), store -> store.add(errors));

        assertThat(copyToFile().verdict()).isInstanceOfSatisfying(Verdict.Verified.class, verified -> {
            assertThat(verified.events()).isEqualTo(5_000);
            assertThat(verified.agents()).isEqualTo(5);
        });

        assertThat(read(file())).isEqualTo(read(target()));
        assertThat(SourceLog.with(file(), EventStore::logId)).isEqualTo(SourceLog.with(target(), EventStore::logId));
        List<ApiKey> adopted = TestKeys.with(file(), KeyStore::keys);
        assertThat(adopted).usingRecursiveFieldByFieldElementComparator().containsExactly(key("aaaaaaaa"));
        List<AdminAct> uncaptured = TestKeys.with(file(), keys -> keys.uncaptured(10));
        assertThat(uncaptured).containsExactly(act);
        List<StoredDestination> copied = destinations(file(), DestinationStore::all);
        assertThat(copied).containsExactly(siem);
        List<SavedView> kept = views(file(), ViewStore::all);
        assertThat(kept).containsExactly(errors);
    }

    /** Also when the file is the one that was moved to the database before. */
    @Test
    void copyToAFile_again_copiesNewEvents() {
        append(30);
        copy();
        SourceLog.append(target(), events.next(20), 20);

        assertThat(run(postgres(), source()).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Verified.class,
                        verified -> assertThat(verified.events()).isEqualTo(50));
        assertThat(read(source())).isEqualTo(read(target()));
    }

    @Test
    void copyToAFile_withOtherEvents_isRefusedAndStaysUsable() {
        SourceLog.append(target(), events.next(5), 5);
        SourceLog.append(file(), events.next(3), 3);

        assertThatThrownBy(this::copyToFile)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the target holds other data");
        assertThat(read(file())).hasSize(3);
    }

    @Test
    void copyToAFile_whileAServerUsesTheDatabase_isRefused() {
        SourceLog.with(target(), running -> {
            running.append(events.next(3)).await();
            SourceLog.whole(running);
            assertThatThrownBy(this::copyToFile).isInstanceOf(Failure.class).hasMessageContaining("stop all of them");
            return null;
        });
    }

    @Test
    void copyToAFile_databaseWithoutItsFirstEvents_isRefused_andServersStayOut() throws Exception {
        SourceLog.append(target(), events.next(10), 5);
        read(target());
        execute("DELETE FROM audit_events WHERE arrival < 5");

        assertThatThrownBy(this::copyToFile)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the source has no event at position 0");
        assertThatThrownBy(() -> read(file())).hasMessageContaining("is unfinished");
    }

    /** Also the order of the last events, which is a change like any other. */
    @Test
    void rehearse_databaseOfServers_writesNothing() throws Exception {
        SourceLog.append(target(), events.next(10), 5);
        read(target());
        execute("UPDATE audit_progress SET next_arrival = 5, next_seq = 5");
        try (Migrations migrations = to(postgres(), file())) {
            assertThat(migrations.rehearse(Migrations.KeyCheck.NONE).events()).isEqualTo(10);
        }

        try (Stream<Path> files = Files.list(elsewhere)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsOnly("sentinel_audit.lock");
        }
        assertThat(postgres.query(url, "SELECT next_arrival FROM audit_progress"))
                .isEqualTo("5");
    }

    /** The copy was interrupted before it had tables, or before it had the id of the log. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void copyToAFile_interruptedAtItsVeryBegin_isResumed(boolean hasTables) throws Exception {
        SourceLog.append(target(), events.next(10), 5);
        if (hasTables) {
            SourceLog.append(file(), List.of(), 1);
            Files.move(elsewhere.resolve("sentinel_audit.db"), elsewhere.resolve("sentinel_audit.db.migrating"));
        } else {
            Files.createFile(elsewhere.resolve("sentinel_audit.db.migrating"));
        }

        assertThat(copyToFile().verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(read(file())).isEqualTo(read(target()));
    }

    /** The copy, when complete, would take the place of the log. */
    @Test
    void copyToAFile_besideALogAndAnUnfinishedCopy_isRefused() throws Exception {
        SourceLog.append(target(), events.next(10), 5);
        SourceLog.append(file(), events.next(3), 3);
        Path unfinished = elsewhere.resolve("sentinel_audit.db.migrating");
        Files.copy(elsewhere.resolve("sentinel_audit.db"), unfinished);

        assertThatThrownBy(this::copyToFile)
                .hasMessageContaining("is unfinished")
                .hasMessageContaining("keep it");
        Files.delete(unfinished);
        assertThat(read(file())).hasSize(3);
    }

    @Test
    void merging_aDatabaseOfServers_intoAFile_assignsNewPositions() {
        SourceLog.append(target(), events.next(10), 5);
        SourceLog.append(file(), events.next(3), 3);
        Migrations.Rows rows = new Migrations.Rows(false, false, RowReport.NONE);
        try (Migrations migrations =
                new Migrations(postgres(), file(), RedactionRules.full(), true, rows, new NoProgress())) {
            assertThat(migrations.run(Migrations.KeyCheck.NONE).verdict()).isInstanceOf(Verdict.Verified.class);
        }

        assertThat(read(file())).hasSize(13);
    }

    private Migrations.Result copyToFile() {
        return run(postgres(), file());
    }
}
