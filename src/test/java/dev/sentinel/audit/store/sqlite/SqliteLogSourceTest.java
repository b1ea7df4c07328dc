package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.Events;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteLogSourceTest {
    private final Events events = new Events(3);

    @TempDir
    private Path directory;

    @Test
    void read_ownerStartsWriting_seesTheChanges() throws Exception {
        append(10);
        try (SqliteLogSource source = SqliteLogSource.open(log());
                EventLog owner = EventLog.open(log())) {
            owner.append(stored(10, 5));

            assertThat(source.end()).isEqualTo(15);
            assertThat(source.read(12, source.end()))
                    .extracting(StoredEvent::seq)
                    .containsExactly(12L, 13L, 14L);
        }
    }

    @Test
    void read_largeEvents_areReadInSmallSlices() throws Exception {
        AuditEvent large = events.next().toBuilder()
                .metadata("{\"text\":\"" + "x".repeat(60_000) + "\"}")
                .build();
        List<StoredEvent> many = new ArrayList<>();
        for (int seq = 0; seq < 100; seq++) {
            many.add(new StoredEvent(seq, Events.START, large, Seals.ANY));
        }
        try (EventLog owner = EventLog.open(log())) {
            owner.append(many);
        }

        try (SqliteLogSource source = SqliteLogSource.open(log())) {
            assertThat(source.read(0, 100)).hasSizeBetween(1, 40);
        }
    }

    @Test
    void read_gap_isRefused() throws Exception {
        append(10);
        execute("DELETE FROM audit_events WHERE seq = 4");

        try (SqliteLogSource source = SqliteLogSource.open(log())) {
            assertThatThrownBy(() -> source.read(0, 10))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("has no valid event at position 4");
        }
    }

    @Test
    void open_newerSchema_isRefused() throws Exception {
        append(1);
        execute("PRAGMA user_version = 99");

        assertThatThrownBy(() -> SqliteLogSource.open(log()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("is not a log that this version of Sentinel can read (schema 99)");
    }

    private Path log() {
        return directory.resolve("sentinel_audit.db");
    }

    private void append(int count) throws SQLException {
        try (EventLog owner = EventLog.open(log())) {
            owner.append(stored(0, count));
        }
    }

    private List<StoredEvent> stored(long from, int count) {
        List<StoredEvent> stored = new ArrayList<>();
        for (AuditEvent event : events.next(count)) {
            stored.add(new StoredEvent(from + stored.size(), Events.START, event, Seals.ANY));
        }
        return stored;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + log());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
