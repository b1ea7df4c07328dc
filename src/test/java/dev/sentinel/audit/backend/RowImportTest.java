package dev.sentinel.audit.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.migrate.RowReport;
import dev.sentinel.audit.store.migrate.Verdict;
import dev.sentinel.audit.store.sqlite.PythonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations of the rows of the Python version, to files and to a real database. */
final class RowImportTest extends MigrationCase {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void importing_pythonRows_areEventsOfNow(boolean toPostgres) throws Exception {
        StoreConfig to = toPostgres ? target() : file();
        PythonFile python = python(3);
        python.add("no-id", "agent-9", "tool_call", "{}");
        UUID secret = python.add("agent-9", "{\"password\":\"abc\"}");

        Migrations.Result result = run(python.path(), to, false);

        assertThat(result.refused().count()).isEqualTo(1);
        assertThat(result.verdict()).isInstanceOfSatisfying(Verdict.Verified.class, verified -> {
            assertThat(verified.events()).isEqualTo(4);
            assertThat(verified.agents()).isEqualTo(4);
        });
        StoredEvent stored =
                SourceLog.with(to, store -> store.find(secret).await()).orElseThrow();
        assertThat(stored.event().metadata()).isEqualTo("{\"password\":\"[REDACTED]\"}");
        assertThat(stored.event().submittedBy()).isEqualTo("migrate");
        assertThat(stored.timestamp()).isEqualTo(Instant.parse("2024-05-01T12:00:00.123456Z"));
        assertThat(stored.receivedAt()).isAfter(stored.timestamp());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void importing_again_importsNewEvents(boolean toPostgres) throws Exception {
        StoreConfig to = toPostgres ? target() : file();
        PythonFile python = python(3);
        run(python.path(), to, false);
        python.add("agent-9", "{}");

        try (Migrations migrations = migrations(python.path(), to, false)) {
            assertThat(migrations.rehearse(Migrations.KeyCheck.NONE).events()).isEqualTo(1);
        }
        run(python.path(), to, false);

        assertThat(read(to)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void importing_intoOtherData_needsMerge(boolean toPostgres) throws Exception {
        StoreConfig to = toPostgres ? target() : file();
        SourceLog.append(to, events.next(5), 5);
        PythonFile python = python(3);

        assertThatThrownBy(() -> run(python.path(), to, false))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the target holds other data");
        assertThat(run(python.path(), to, true).verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(read(to)).hasSize(8);
    }

    /** The order of work: look at the report, repair rows in the source, shorten what is only too long. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void importing_rowsThatWereRefused_areImportedOnceRepaired(boolean toPostgres) throws Exception {
        StoreConfig to = toPostgres ? target() : file();
        PythonFile python = python(3);
        python.execute("UPDATE audit_events SET resource = '" + "x".repeat(3_000) + "' WHERE id = 1");
        python.execute("UPDATE audit_events SET resource = CAST(x'6265666f7265006166746572' AS TEXT) WHERE id = 2");
        Migrations.Result first = run(python.path(), to, false);
        python.execute("UPDATE audit_events SET resource = 'before after' WHERE id = 2");

        Migrations.Result repaired = run(python.path(), to, new Migrations.Rows(false, true, RowReport.NONE));
        Migrations.Result shortened = run(python.path(), to, new Migrations.Rows(true, true, RowReport.NONE));

        assertThat(first.refused().count()).isEqualTo(2);
        assertThat(first.verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(repaired.refused().count()).isEqualTo(1);
        assertThat(repaired.verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(shortened.refused().count()).isZero();
        assertThat(shortened.refused().changed()).isEqualTo(1);
        assertThat(shortened.verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(read(to)).hasSize(3);
    }

    @Test
    void importing_intoAnotherLogOfTheSameName_startsOver() throws Exception {
        PythonFile python = python(3);
        run(python.path(), file(), false);
        try (Stream<Path> files = Files.list(elsewhere)) {
            for (Path file :
                    files.filter(file -> !file.toString().endsWith(".import")).toList()) {
                Files.delete(file);
            }
        }

        run(python.path(), file(), false);

        assertThat(read(file())).hasSize(3);
    }

    @Test
    void importing_idOfAnotherEvent_isARefusedRow() throws Exception {
        AuditEvent known = events.next();
        SourceLog.append(file(), List.of(known), 1);
        PythonFile python = python(2);
        python.add(known.eventId().toString(), "agent-9", "tool_call", "{}");

        Migrations.Result first = run(python.path(), file(), true);
        Migrations.Result second = run(python.path(), file(), true);

        assertThat(List.of(first, second)).allSatisfy(result -> {
            assertThat(result.verdict()).isInstanceOf(Verdict.Verified.class);
            assertThat(result.refused().first())
                    .singleElement()
                    .satisfies(refused -> assertThat(refused.reason()).contains("another event with this event_id"));
        });
    }

    @Test
    void importing_eventChangedInTheTarget_isAMismatch() throws Exception {
        PythonFile python = python(3);
        run(python.path(), target(), false);
        execute("UPDATE audit_events SET resource = 'forged' WHERE arrival = 1");

        assertThat(run(python.path(), target(), false).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch ->
                                assertThat(mismatch.what()).startsWith("row=2 ").contains("differs"));
    }
}
