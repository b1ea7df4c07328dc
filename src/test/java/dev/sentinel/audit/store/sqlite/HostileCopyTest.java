package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.Events;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that look like copies of a log and were prepared by somebody else. */
@Timeout(60)
final class HostileCopyTest {
    private static final String NEVER_ENDS =
            "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)";

    /** The statement of the first landed version, on its lines. */
    private static final String FIRST_EVENTS = """
            CREATE TABLE audit_events (
              seq INTEGER PRIMARY KEY,
              event_id TEXT NOT NULL,
              timestamp TEXT NOT NULL,
              agent_instance_id TEXT NOT NULL,
              trace_id TEXT NOT NULL,
              actor TEXT NOT NULL,
              action_type TEXT NOT NULL,
              resource TEXT NOT NULL,
              status TEXT NOT NULL,
              latency_ms INTEGER,
              metadata TEXT NOT NULL,
              received_at TEXT NOT NULL)
            """;

    private static final String FIRST_LOG = "CREATE TABLE sentinel_log (id INTEGER PRIMARY KEY CHECK (id = 0),"
            + " log_id TEXT NOT NULL, probe INTEGER NOT NULL)";

    @TempDir
    private Path parent;

    private Path copy;
    private Path log;

    @BeforeEach
    void create() throws Exception {
        Path origin = Files.createDirectory(parent.resolve("origin")).resolve("sentinel_audit.db");
        write(origin, 10);
        copy = parent.resolve("copy.db");
        SqliteBackup.write(origin, copy);
        log = Files.createDirectory(parent.resolve("data")).resolve("sentinel_audit.db");
        write(log, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TRIGGER t AFTER INSERT ON audit_events BEGIN UPDATE audit_events SET status = 'success'; END",
                "CREATE TRIGGER t BEFORE UPDATE ON sentinel_log BEGIN DELETE FROM audit_events; END",
                "CREATE VIEW v AS SELECT * FROM audit_events",
                "CREATE TABLE more (x)",
                "CREATE INDEX i ON audit_events (event_id)",
                "CREATE UNIQUE INDEX i ON audit_events (trace_id, seq)",
                "CREATE VIRTUAL TABLE v USING fts5(x)",
                "ANALYZE",
                "ALTER TABLE audit_events ADD COLUMN more TEXT",
                "ALTER TABLE audit_events ADD COLUMN more AS (hex(zeroblob(100000000)))",
                "ALTER TABLE audit_events DROP COLUMN redacted",
                "DROP TABLE sentinel_log",
                "PRAGMA user_version = 1",
                "PRAGMA user_version = 2",
                "PRAGMA user_version = 3",
                "PRAGMA user_version = 5",
                "PRAGMA application_id = 7",
            })
    void restore_otherSchema_isRefusedAndChangesNothing(String sql) throws Exception {
        execute(copy, sql);

        assertRefused();
    }

    @Test
    void restore_viewInPlaceOfATable_isNotRead() throws Exception {
        execute(copy, "ALTER TABLE audit_events RENAME TO hidden");
        execute(copy, "CREATE VIEW audit_events AS SELECT i AS seq FROM " + NEVER_ENDS);

        assertRefused();
    }

    @Test
    void restore_constraintThatRejectsLaterEvents_isRefused() throws Exception {
        execute(
                copy,
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'redacted TEXT',"
                        + " 'redacted TEXT CHECK (seq < 20)') WHERE name = 'audit_events'");

        assertRefused();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "metadata = 'no JSON at all'",
                "metadata = '[]'",
                "metadata = '{\"a\":1'",
                "metadata = '{\"a\":1} {}'",
                "metadata = '{\"a\":nan}'",
                "metadata = ''",
                "metadata = x'7b7d'",
                "metadata = CAST(x'7b2261223a22ff227d' AS TEXT)",
                "metadata = '{\"a\":\"' || printf('%.*c', 70000, 'x') || '\"}'",
                "metadata = printf('%.*c', 100, '[') || printf('%.*c', 100, ']')",
                "metadata = '{\"a\":' || printf('%.*c', 40, '[') || printf('%.*c', 40, ']') || '}'",
                "resource = printf('%.*c', 100000, 'x')",
                "agent_instance_id = printf('%.*c', 2000, 'x')",
                "agent_instance_id = ''",
                "trace_id = CAST(x'61ff' AS TEXT)",
                "trace_id = CAST(x'610062' AS TEXT)",
                "event_id = 'no id'",
                "event_id = '1-1-1-1-1'",
                "event_id = upper('7d444840-9dc0-4bd1-b245-5ffdce74fad2')",
                "event_id = (SELECT event_id FROM audit_events WHERE seq = 0)",
                "timestamp = 'yesterday'",
                "received_at = 'yesterday'",
                "actor = 'nobody'",
                "status = 7",
                "latency_ms = -1",
                "latency_ms = 1e300",
                "latency_ms = 'fast'",
                "redacted = 'no JSON'",
                "span_id = 'a\"b'",
                "parent_span_id = ''",
                "span_id = printf('%.*c', 65, 'x')",
                "session_id = 's'",
                "on_behalf_of = 'ann'",
                "session_id = 's', links_seal = x'00'",
                "session_id = x'73', links_seal = zeroblob(16)",
                "session_id = CAST(x'61ff' AS TEXT), links_seal = zeroblob(16)",
                "session_id = printf('%.*c', 2000, 'x'), links_seal = zeroblob(16)",
                "submitted_by = x'00'",
                "submitted_by = 'k\",\"seq\":0,\"x\":\"'",
                "trace_id = ''",
                "seq = 77",
                "seq = -5",
            })
    void restore_rowThatIsNoEvent_isRefusedAndChangesNothing(String set) throws Exception {
        execute(copy, "UPDATE audit_events SET " + set + " WHERE seq = 5");

        assertRefused();
    }

    @Test
    void restore_enormousEvent_isRefusedUnread() throws Exception {
        execute(copy, "UPDATE audit_events SET metadata = printf('%.*c', 400000000, ' ') WHERE seq = 5");

        assertRefused();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TRIGGER t AFTER INSERT ON api_keys BEGIN DELETE FROM api_keys; END",
                "CREATE TABLE more (x)",
                "INSERT INTO api_keys VALUES ('id', 'n', 'no hash', 'ADMIN', '', NULL, 'now', NULL, NULL, NULL)",
                "INSERT INTO admin_acts VALUES (1, 'id', 'no event')",
                "PRAGMA application_id = 7",
            })
    void restore_keysThatAreNotKeysAlone_areRefusedAndChangeNothing(String sql) throws Exception {
        Path keys = parent.resolve("copy.keys.db");
        try (KeyFile file = KeyFile.open(parent.resolve("origin/sentinel_audit.db"))) {
            file.copyTo(keys);
        }
        execute(keys, sql);

        assertRefused();
    }

    @Test
    void restore_keysOfOurs_areRestored() throws Exception {
        Path keys = parent.resolve("copy.keys.db");
        try (KeyFile file = KeyFile.open(parent.resolve("origin/sentinel_audit.db"))) {
            file.record(new AdminAct("7d444840-9dc0-4bd1-b245-5ffdce74fad2", "{}"));
            file.copyTo(keys);
        }

        Restored.restore(copy, keys, log, Restored.NOW);

        assertThat(KeyFile.restoreIfMissing(keys, log)).isTrue();
        try (KeyFile restored = KeyFile.open(log)) {
            assertThat(restored.uncaptured(10)).hasSize(1);
        }
    }

    @Test
    void restore_everyLandedSchema_isAccepted() throws Exception {
        List<Path> copies = new ArrayList<>(List.of(copy));
        Path shortened = parent.resolve("shortened.db");
        Files.copy(copy, shortened);
        OlderLog.to(shortened, 1);
        copies.add(shortened);
        Path second = parent.resolve("second.db");
        Files.copy(copy, second);
        OlderLog.to(second, 2);
        copies.add(second);
        Path third = parent.resolve("third.db");
        Files.copy(copy, third);
        OlderLog.to(third, 3);
        copies.add(third);
        Path first = parent.resolve("first.db");
        execute(first, FIRST_EVENTS);
        execute(first, FIRST_LOG);
        execute(first, "INSERT INTO sentinel_log VALUES (0, '7d444840-9dc0-4bd1-b245-5ffdce74fad2', 4)");
        execute(first, "PRAGMA application_id = " + LogSchema.APPLICATION_ID);
        execute(first, "PRAGMA user_version = 1");
        copies.add(first);
        Path upgraded = parent.resolve("upgraded.db");
        Files.copy(first, upgraded);
        EventLog.open(upgraded).close();
        Path upgradedCopy = parent.resolve("upgraded-copy.db");
        SqliteBackup.write(upgraded, upgradedCopy);
        copies.add(upgradedCopy);

        for (Path legal : copies) {
            Restored.restore(legal, parent.resolve("none"), log, Restored.NOW.plusSeconds(copies.indexOf(legal)));
            try (EventLog restored = EventLog.open(log)) {
                assertThat(restored.nextSeq()).as(legal.toString()).isIn(0L, 10L);
            }
        }
    }

    @Test
    void migrate_otherSchemaOrRows_isRefused() throws Exception {
        execute(copy, "UPDATE audit_events SET metadata = 'no JSON at all' WHERE seq = 5");
        try (SqliteLogSource source = SqliteLogSource.open(copy)) {
            source.check(0, 5);
            source.check(6, 10);
            assertThatThrownBy(() -> source.check(0, 10))
                    .isInstanceOf(Unusable.class)
                    .hasMessageContaining("has no valid event at position 5");
        }
        execute(copy, "CREATE TRIGGER t AFTER INSERT ON audit_events BEGIN DELETE FROM audit_events; END");

        assertThatThrownBy(() -> SqliteLogSource.open(copy))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("it has the trigger \"t\"");
    }

    private void assertRefused() throws IOException {
        Map<String, String> before = contents();

        assertThatThrownBy(() -> Restored.restore(copy, parent.resolve("copy.keys.db"), log, Restored.NOW))
                .isInstanceOf(Unusable.class)
                .satisfies(refusal -> assertThat(refusal.getMessage().lines()).hasSize(1))
                // Such a refusal would be an error in a statement of ours.
                .hasMessageNotContaining("SQLITE_ERROR");

        assertThat(contents()).isEqualTo(before);
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(log.getParent())) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        return contents;
    }

    private static void write(Path log, int events) throws Exception {
        OpenedFiles opened =
                OpenedFiles.open(SqliteFiles.of(log), 10, new EventContent(RedactionRules.off()), Clock.systemUTC());
        opened.writer().close();
        opened.index().close();
        opened.checkpointer().close();
        opened.lock().close();
        Events samples = new Events(7);
        List<StoredEvent> stored = new ArrayList<>();
        for (int seq = 0; seq < events; seq++) {
            stored.add(new StoredEvent(seq, Events.START, samples.next(), Seals.ANY));
        }
        try (EventLog file = EventLog.open(log)) {
            file.append(stored);
        }
    }

    private static void execute(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            if (sql.startsWith("PRAGMA writable_schema")) {
                Sqlite.execute(connection, sql.substring(0, sql.indexOf(';')));
                Sqlite.execute(connection, sql.substring(sql.indexOf(';') + 1));
            } else {
                Sqlite.execute(connection, sql);
            }
        }
    }
}
