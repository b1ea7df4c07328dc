package dev.sentinel.audit.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.migrate.Verdict;
import dev.sentinel.audit.store.sqlite.OlderLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations of a log from a file to a real database, in this process. */
final class LogMigrationTest extends MigrationCase {
    @Test
    void copy_log_hasTheSameEventsPositionsAndTimes() {
        append(12_000);

        assertThat(copy().verdict()).isInstanceOfSatisfying(Verdict.Verified.class, verified -> {
            assertThat(verified.events()).isEqualTo(12_000);
            assertThat(verified.agents()).isEqualTo(5);
        });
        assertThat(read(target())).isEqualTo(read(source()));
    }

    @Test
    void copy_again_copiesNewEvents() {
        append(30);
        copy();
        append(20);

        assertThat(copy().verdict())
                .isInstanceOfSatisfying(
                        Verdict.Verified.class,
                        verified -> assertThat(verified.events()).isEqualTo(50));
        assertThat(read(target())).isEqualTo(read(source()));
    }

    @Test
    void copy_thenAServer_continuesAfterTheLastPosition() {
        append(30);
        copy();

        SourceLog.append(target(), events.next(1), 1);

        assertThat(read(target())).extracting(StoredEvent::seq).endsWith(29L, 30L);
    }

    @Test
    void copy_targetThatAServerHasWritten_isRefusedAndStaysUsable() {
        append(30);
        copy();
        SourceLog.append(target(), events.next(1), 1);
        append(10);

        assertThatThrownBy(this::copy).isInstanceOf(Failure.class).hasMessageContaining("the target holds other data");
        assertThat(read(target())).hasSize(31);
    }

    @Test
    void copy_targetOfAnotherLog_isRefused() {
        append(30);
        SourceLog.append(target(), events.next(3), 3);

        assertThatThrownBy(this::copy)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("use an empty database, or add to it with --merge");
    }

    @Test
    void copy_eventChangedInTheTarget_isAMismatch_andServersStayOut() throws Exception {
        append(30);
        copy();
        execute("UPDATE audit_events SET resource = 'forged' WHERE arrival = 11");

        assertThat(copy().verdict())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch -> assertThat(mismatch.what()).startsWith("seq=11 "));
        assertThatThrownBy(() -> read(target())).hasMessageContaining("is unfinished");
    }

    @Test
    void copy_sealChangedInTheTarget_isAMismatch() throws Exception {
        append(30);
        copy();
        execute("UPDATE audit_events SET resource_seal = metadata_seal WHERE arrival = 11");

        assertThat(copy().verdict())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch -> assertThat(mismatch.what()).startsWith("seq=11 "));
    }

    @Test
    void copy_eventMissingInTheTarget_isAMismatch() throws Exception {
        append(30);
        copy();
        execute("DELETE FROM audit_events WHERE arrival = 11");

        assertThat(copy().verdict())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch -> assertThat(mismatch.what()).startsWith("seq=11 "));
    }

    @Test
    void copy_totalChangedInTheTarget_isAMismatch() throws Exception {
        append(30);
        copy();
        execute("UPDATE audit_agents SET total = total + 1 WHERE agent_instance_id = 'agent-1'");

        assertThat(copy().verdict()).isInstanceOf(Verdict.Mismatch.class);
    }

    @Test
    void copy_whileAServerUsesTheTarget_isRefused() {
        append(3);

        SourceLog.with(target(), running -> {
            // Until it is leader, another server could become it.
            running.append(events.next(1)).await();
            assertThatThrownBy(this::copy).isInstanceOf(Failure.class).hasMessageContaining("a server uses the target");
            return null;
        });
    }

    @Test
    void copy_sourceOfTheFirstSchema_isRead() throws Exception {
        append(5);
        List<StoredEvent> before = read(source());
        OlderLog.to(log(), 1);

        copy();

        assertThat(read(target()))
                .extracting(StoredEvent::event)
                .isEqualTo(before.stream().map(StoredEvent::event).toList());
    }

    @Test
    void copy_any_changesNothingOfTheSource() throws Exception {
        append(30);
        Map<Path, byte[]> before = contents();

        copy();

        assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
    }

    @Test
    void copy_logThatIsBeingWritten_isReadWithItsWriteAheadLog() {
        SourceLog.with(source(), running -> {
            running.append(events.next(10)).await();
            assertThat(copy().verdict()).isInstanceOf(Verdict.Verified.class);
            return null;
        });
        assertThat(read(target())).hasSize(10);
    }

    /** The client sees metadata as it wrote it, also after a move, and nothing on the way has an opinion about it. */
    @Test
    void copy_metadata_isTheSameText() throws Exception {
        List<String> texts = List.of(
                "{\"a\":1E+2,\"b\":-0,\"c\":1.10,\"d\":1e-400,\"e\":123456789012345678901234567890.5}",
                "{\"z\":1,\"a\":{\"y\":2,\"b\":3},\"m\":4}",
                "{\"twice\":1,\"twice\":2}",
                "{ \"a\" :  1 ,\t\"b\":[ ] }\n",
                "{\"escaped\":\"\\u00e9\\/\\ud83e\\udd16\",\"plain\":\"\u00e9/\ud83e\udd16\"}");
        append(texts.size());
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + log());
                PreparedStatement update = log.prepareStatement("UPDATE audit_events SET metadata = ? WHERE seq = ?")) {
            for (int seq = 0; seq < texts.size(); seq++) {
                update.setString(1, texts.get(seq));
                update.setInt(2, seq);
                update.executeUpdate();
            }
        }

        assertThat(copy().verdict()).isInstanceOf(Verdict.Verified.class);

        assertThat(read(target()))
                .extracting(stored -> stored.event().metadata())
                .isEqualTo(texts);
        assertThat(read(target())).isEqualTo(read(source()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rehearse_any_writesNothing(boolean log) throws Exception {
        Path source = log();
        if (log) {
            append(30);
        } else {
            source = python(3).path();
        }
        Migrations.Rehearsal rehearsal;
        try (Migrations migrations = migrations(source, target(), false)) {
            rehearsal = migrations.rehearse(Migrations.KeyCheck.NONE);
        }

        assertThat(rehearsal.events()).isEqualTo(log ? 30 : 3);
        assertThat(postgres.query(
                        url, "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"))
                .isEqualTo("0");
    }

    @Test
    void rehearse_toAFile_createsNone() throws Exception {
        try (Migrations migrations = migrations(python(3).path(), file(), false)) {
            assertThat(migrations.rehearse(Migrations.KeyCheck.NONE).refused().count())
                    .isZero();
        }

        try (Stream<Path> files = Files.list(elsewhere)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void copy_eventThatIsNoJson_isRefusedBeforeTheFirstWrite() throws Exception {
        append(10);
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + log());
                Statement statement = log.createStatement()) {
            statement.execute("UPDATE audit_events SET metadata = 'no JSON at all' WHERE seq = 7");
        }

        assertThatThrownBy(this::copy).isInstanceOf(Failure.class).hasMessageContaining("no valid event at position 7");
        assertThatThrownBy(() -> run(log(), target(), true)).hasMessageContaining("no valid event at position 7");
        assertThat(postgres.query(url, "SELECT to_regclass('audit_events') IS NULL"))
                .isEqualTo("t");
    }

    @Test
    void merging_aLog_keepsSubmittersAndAssignsNewPositions() {
        append(10);
        SourceLog.append(target(), events.next(5), 5);

        assertThat(run(log(), target(), true).verdict()).isInstanceOf(Verdict.Verified.class);

        assertThat(read(target()).subList(5, 15))
                .extracting(StoredEvent::event)
                .isEqualTo(read(source()).stream().map(StoredEvent::event).toList());
    }

    private Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }
}
