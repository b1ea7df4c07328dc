package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.migrate.EventSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
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
