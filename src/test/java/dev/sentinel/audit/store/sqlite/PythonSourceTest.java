package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.migrate.EventSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PythonSourceTest {
    private static final String ID = "0F8FAD5B-D9CB-469F-A165-70867728950E";

    @TempDir
    private Path directory;

    private PythonFile file;

    @BeforeEach
    void make() throws SQLException {
        file = new PythonFile(directory.resolve("python.db"), "event_metadata");
    }

    @Test
    void read_typicalRow_isTheOriginalEvent() throws Exception {
        UUID id = file.add("agent-1", "{\"n\": 1.50}");

        assertThat(events())
                .containsExactly(AuditEvent.builder()
                        .eventId(id)
                        .timestamp(Instant.parse("2024-05-01T12:00:00.123456Z"))
                        .agentInstanceId("agent-1")
                        .traceId("trace")
                        .actor(ActorType.AGENT)
                        .actionType(ActionType.TOOL_CALL)
                        .resource("search")
                        .status(EventStatus.SUCCESS)
                        .latencyMs(12)
                        .metadata("{\"n\":1.50}")
                        .submittedBy("migrate")
                        .build());
    }

    @Test
    void read_columnNamedMetadata_isRead() throws Exception {
        PythonFile older = new PythonFile(directory.resolve("older.db"), "metadata");
        older.add("agent-1", "{\"n\":1}");

        try (PythonSource source = PythonSource.open(older.path(), RedactionRules.full())) {
            assertThat(source.read(0, source.end()).events().get(0).event().metadata())
                    .isEqualTo("{\"n\":1}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tool_call", "TOOL_CALL"})
    void read_enumerationByNameOrValue_isRead(String actionType) throws Exception {
        file.add(ID, "agent-1", actionType, null);

        assertThat(events()).extracting(AuditEvent::actionType).containsExactly(ActionType.TOOL_CALL);
    }

    @Test
    void read_idWithoutDashes_isRead() throws Exception {
        file.add(ID.replace("-", ""), "agent-1", "tool_call", null);

        assertThat(events()).extracting(AuditEvent::eventId).containsExactly(UUID.fromString(ID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "{}", "\n{ }"})
    void read_noMetadata_isAnEmptyObject(String text) throws Exception {
        file.add(ID, "agent-1", "tool_call", text);

        assertThat(events()).extracting(AuditEvent::metadata).containsExactly("{}");
    }

    @Test
    void read_secret_isRedacted() throws Exception {
        file.add(ID, "agent-1", "tool_call", "{\"password\":\"hunter2\"}");

        assertThat(events()).extracting(AuditEvent::metadata).containsExactly("{\"password\":\"[REDACTED]\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "text",
                "{\"n\":NaN}",
                "{},\"trace_id\":\"other\"",
                "{}}",
                "{} {}",
                "{'n': 1}",
                "{\"n\":\"\u0000\"}"
            })
    void read_metadataThatIsNoObject_isRefused(String text) throws Exception {
        file.add(ID, "agent-1", "tool_call", text);

        assertThat(rows().refused())
                .singleElement()
                .satisfies(refused -> assertThat(refused.reason()).startsWith("/metadata"));
    }

    @Test
    void read_rowThatIsNoEvent_isRefusedWithEveryReasonAndWithoutItsValues() throws Exception {
        file.add("not-an-id", "agent-1", "tool_dance", "{}");
        file.add("agent-2", "{}");

        assertThat(rows().refused()).singleElement().satisfies(refused -> {
            assertThat(refused.position()).isEqualTo(1);
            assertThat(refused.reason())
                    .contains("/event_id ", "/action_type ")
                    .doesNotContain("not-an-id", "tool_dance");
        });
        assertThat(rows().events()).hasSize(1);
    }

    @Test
    void read_metadataOfManyMegabytes_isRefusedUnread() throws Exception {
        file.add(ID, "agent-1", "tool_call", "{\"n\":\"" + "x".repeat(2 << 20) + "\"}");

        assertThat(rows().refused())
                .extracting(EventSource.Refused::reason)
                .containsExactly("/metadata is longer than an event may be");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event_id",
                "timestamp",
                "agent_instance_id",
                "trace_id",
                "actor",
                "action_type",
                "resource",
                "status",
                "event_metadata"
            })
    void read_textThatCannotBeKept_isRefusedAndReported(String column) throws Exception {
        String field = column.equals("event_metadata") ? "metadata" : column;
        for (String bytes :
                new String[] {"6265666f7265006166746572", "62656600", "00", "61ff62", "c3", "edb080", "c0af", "f8888080"
                }) {
            file.execute("DELETE FROM audit_events");
            file.add("agent-1", "{}");
            file.execute("UPDATE audit_events SET " + column + " = CAST(x'" + bytes + "' AS TEXT)");

            EventSource.Rows rows = rows();

            assertThat(rows.events()).as(bytes).isEmpty();
            assertThat(rows.refused()).singleElement().satisfies(refused -> {
                assertThat(refused.reason())
                        .contains("/" + field
                                + (bytes.contains("00") && !bytes.contains("ff") ? " has a NUL" : " is not"));
                assertThat(refused.event()).startsWith("{").contains("\"" + field + "\":");
            });
        }
    }

    @Test
    void read_severalBadTexts_areAllNamed() throws Exception {
        file.add("agent-1", "{}");
        file.execute("UPDATE audit_events SET resource = CAST(x'610062' AS TEXT), trace_id = CAST(x'ff' AS TEXT)");

        assertThat(rows().refused())
                .singleElement()
                .satisfies(refused -> assertThat(refused.reason())
                        .isEqualTo("/trace_id is not valid UTF-8; /resource has a NUL character"));
    }

    @Test
    void read_refusedRowWithASecret_isReportedWithoutIt() throws Exception {
        file.add("no-id", "agent-1", "tool_call", "{\"password\":\"hunter2\",\"n\":1}");
        file.add("no-id", "agent-1", "tool_call", "{\"n\":1}");

        assertThat(rows().refused())
                .hasSize(2)
                .allSatisfy(refused ->
                        assertThat(refused.event()).doesNotContain("hunter2").contains("\"event_id\":\"no-id\""));
        assertThat(rows().refused().get(1).event()).contains("\"metadata\":{\"n\":1}");
    }

    @Test
    void read_secretThatWasRemoved_isReportedAsAChange() throws Exception {
        file.add("agent-1", "{\"password\":\"hunter2\"}");
        file.add("agent-1", "{}");

        assertThat(rows().changed()).singleElement().satisfies(changed -> {
            assertThat(changed.position()).isEqualTo(1);
            assertThat(changed.change()).isEqualTo("secrets removed");
            assertThat(changed.event()).doesNotContain("hunter2");
        });
    }

    @Test
    void read_tooLong_isRefusedOrShortened() throws Exception {
        String long1 = "a".repeat(300) + "1";
        String long2 = "a".repeat(300) + "2";
        file.add(ID, long1, "tool_call", "{\"n\":1.50,\"text\":\"" + "\ud83e\udd16".repeat(30_000) + "\"}");
        file.add("agent-1", "{}");
        file.execute("UPDATE audit_events SET agent_instance_id = '" + long2 + "', resource = '"
                + "\u00e9".repeat(3_000) + "' WHERE id = 2");

        assertThat(rows().refused()).hasSize(2);
        try (PythonSource source = PythonSource.open(file.path(), RedactionRules.full(), true)) {
            EventSource.Rows rows = source.read(0, source.end());
            assertThat(rows.refused()).isEmpty();
            AuditEvent first = rows.events().get(0).event();
            AuditEvent second = rows.events().get(1).event();
            assertThat(first.agentInstanceId()).hasSize(255).startsWith("aaa").isNotEqualTo(second.agentInstanceId());
            assertThat(first.metadata())
                    .startsWith("{\"n\":1.50,\"text\":\"\ud83e\udd16")
                    .endsWith("\u2026\"}");
            assertThat(second.resource()).hasSize(1_024).endsWith("\u00e9\u2026");
            assertThat(rows.changed())
                    .extracting(EventSource.Changed::change)
                    .containsExactly(
                            "/agent_instance_id shortened from 301 characters; /metadata shortened from 120020 bytes",
                            "/agent_instance_id shortened from 301 characters;"
                                    + " /resource shortened from 3000 characters");
            assertThat(source.read(0, source.end()).events())
                    .as("the same each time")
                    .isEqualTo(rows.events());
        }
    }

    @Test
    void read_secretAtTheCut_isRemovedWhole() throws Exception {
        String secret = "ghp_" + "a1B2c3D4e5F6a7B8c9D0a1B2c3D4e5F6a7B8";
        file.add("agent-1", "{}");
        file.execute("UPDATE audit_events SET resource = '" + "x ".repeat(500) + secret + " " + "y ".repeat(500) + "'");

        try (PythonSource source = PythonSource.open(file.path(), RedactionRules.full(), true)) {
            assertThat(source.read(0, source.end()).events())
                    .singleElement()
                    .satisfies(row -> assertThat(row.event().resource()).doesNotContain("ghp_"));
        }
    }

    @Test
    void read_shortening_leavesWhatIsWrongOtherwise() throws Exception {
        file.add("agent-1", "{}");
        file.execute("UPDATE audit_events SET resource = '" + "x".repeat(3_000) + "', status = 'unknown'");

        try (PythonSource source = PythonSource.open(file.path(), RedactionRules.full(), true)) {
            assertThat(source.read(0, source.end()).refused())
                    .singleElement()
                    .satisfies(refused -> assertThat(refused.reason()).startsWith("/status "));
        }
    }

    @Test
    void read_enormousValueOfAnyColumn_isRefusedUnread() throws Exception {
        for (String column : new String[] {"resource", "event_id", "latency_ms", "timestamp"}) {
            file.execute("DELETE FROM audit_events");
            file.add("agent-1", "{}");
            file.execute("UPDATE audit_events SET " + column + " = printf('%.*c', 50000000, 'x')");

            assertThat(rows().refused()).as(column).hasSize(1);
        }
    }

    @Test
    void read_databaseInUtf16_isRead() throws Exception {
        Path wide = directory.resolve("wide.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + wide)) {
            Sqlite.execute(connection, "PRAGMA encoding = 'UTF-16le'");
            Sqlite.execute(connection, "CREATE TABLE x (y)");
        }
        PythonFile python = new PythonFile(wide, "metadata");
        python.add("agent-\u00e9", "{\"a\":\"\u00e9\"}");

        try (PythonSource source = PythonSource.open(wide, RedactionRules.full())) {
            assertThat(source.read(0, source.end()).events()).singleElement().satisfies(row -> {
                assertThat(row.event().agentInstanceId()).isEqualTo("agent-\u00e9");
                assertThat(row.event().metadata()).isEqualTo("{\"a\":\"\u00e9\"}");
            });
        }
    }

    @Test
    void open_viewInPlaceOfTheTable_isRefusedUnread() throws Exception {
        file.execute("ALTER TABLE audit_events RENAME TO hidden");
        file.execute("CREATE VIEW audit_events AS SELECT *, (WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1"
                + " FROM n) SELECT max(i) FROM n) AS never FROM hidden");

        assertThatThrownBy(this::rows).isInstanceOf(Failure.class).hasMessageContaining("neither a log of Sentinel");
    }

    @Test
    void start_onSuchADatabase_namesTheCommandAndChangesNothing() throws Exception {
        file.add("agent-1", "{}");
        byte[] before = Files.readAllBytes(file.path());

        assertThatThrownBy(() -> OpenedFiles.open(
                        SqliteFiles.of(file.path()), 10, new EventContent(RedactionRules.off()), Clock.systemUTC()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("mv %1$s %1$s.python && bin/sentinel migrate --from sqlite://%1$s.python"
                        .formatted(file.path()));
        assertThat(file.path()).hasBinaryContent(before);
    }

    @Test
    void read_any_leavesNothingBesideTheFile() throws Exception {
        file.add("agent-1", "{}");
        byte[] before = Files.readAllBytes(file.path());

        assertThat(events()).hasSize(1);
        assertThat(file.path()).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file.path());
        }
    }

    @Test
    void open_anotherTable_isRefused() throws Exception {
        file.execute("ALTER TABLE audit_events DROP COLUMN trace_id");

        assertThatThrownBy(this::rows)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("neither a log of Sentinel nor a database of the Python server");
    }

    @Test
    void open_noDatabase_isRefused() throws Exception {
        Files.writeString(file.path(), "something else that is long enough to be read");

        assertThatThrownBy(this::rows).isInstanceOf(Failure.class).hasMessageContaining("not an SQLite database");
    }

    private List<AuditEvent> events() {
        return rows().events().stream().map(EventSource.Row::event).toList();
    }

    private EventSource.Rows rows() {
        try (PythonSource source = PythonSource.open(file.path(), RedactionRules.full())) {
            return source.read(0, source.end());
        }
    }
}
