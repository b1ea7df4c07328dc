package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.sqlite.SqliteNumberedLog;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a start notices of a log that was changed: recording goes on, signing stops, and one state says why. */
@Timeout(90)
final class TamperedLogTest {
    @TempDir
    private Path directory;

    private SigningServer server;
    private Checkpoint signed;
    private String lastNote = "";

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void start_lastEventsDeleted_isRolledBack() throws SQLException {
        signAndStop(900);
        execute("DELETE FROM audit_events WHERE seq >= 800");
        start();

        assertStopped("rolled-back");
    }

    /** As after a loss of the machine: the key and a backup of the log were kept, and nothing else. */
    @Test
    void start_stateAndTreeAreGone_hasLostItsMemory() throws Exception {
        signAndStop(300);
        Files.delete(signer("log-1.key.state"));
        Files.delete(directory.resolve("sentinel_audit.tree.db"));
        start();

        assertStopped("memory-lost");
    }

    /** Only the stored tile tells: it is full, so the edge of the tree has none of its hashes. */
    @Test
    void start_eventsOfTheLastFullTileReplaced_isAContradiction() throws Exception {
        signAndStop(768);
        execute("UPDATE audit_events SET trace_id = 'another' WHERE seq = 760");
        start();

        assertStopped("contradiction");
    }

    @Test
    void start_rolledBackLogHasGrownAgain_isStillRolledBack() throws Exception {
        signAndStop(768);
        execute("DELETE FROM audit_events WHERE seq >= 700");
        start();
        assertStopped("rolled-back");
        server.post(200);
        server.close();
        start();

        assertStopped("rolled-back");
    }

    @Test
    void start_newestCopyBroughtBack_signsAgainAndForgets() throws Exception {
        signAndStop(300);
        Path newest = directory.resolve("newest");
        execute("VACUUM INTO '" + newest + "'");
        execute("DELETE FROM audit_events WHERE seq >= 200");
        start();
        server.awaitState("rolled-back");
        server.close();
        for (String sidecar : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(directory.resolve("sentinel_audit.db" + sidecar));
            Files.deleteIfExists(directory.resolve("sentinel_audit.index.db" + sidecar));
        }
        Files.move(newest, directory.resolve("sentinel_audit.db"));
        start();

        server.assertConsistent(signed, server.awaitSize(signed.size()));
        assertThat(signer("log-1.key.rolled-back")).doesNotExist();
    }

    @Test
    void start_stateIsNotText_hasLostItsMemory() throws Exception {
        signAndStop(300);
        Files.write(signer("log-1.key.state"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        start();

        assertStopped("memory-lost");
    }

    @Test
    void start_originChanged_goesOnUnderTheOldName() {
        signAndStop(300);
        server = SigningServer.start(directory, Map.of("LOG_ORIGIN", "audit.example.com/log"));

        assertThat(server.awaitSize(signed.size()).origin()).isEqualTo(signed.origin());
    }

    @Test
    void start_treeFileIsDamaged_isBuiltAgain() throws Exception {
        signAndStop(300);
        Files.writeString(directory.resolve("sentinel_audit.tree.db"), "no database at all".repeat(1_000));
        start();

        server.assertConsistent(signed, server.awaitSize(signed.size()));
    }

    @Test
    void entries_rowsDeletedWhileTheServerRuns_fail() throws SQLException {
        start();
        server.post(300);
        server.awaitSize(300);
        execute("DELETE FROM audit_events WHERE seq >= 290");

        assertThat(server.client().get("/log/tile/entries/001.p/44").statusCode())
                .isEqualTo(503);
        assertThat(server.client().get("/log/tile/entries/000").statusCode()).isEqualTo(200);
    }

    @Test
    void start_allEventsDeletedWithTheTree_isRolledBack() throws Exception {
        signAndStop(300);
        for (String file : new String[] {"sentinel_audit.db", "sentinel_audit.index.db", "sentinel_audit.tree.db"}) {
            Files.delete(directory.resolve(file));
        }
        start();

        assertStopped("rolled-back");
    }

    /** The last events are read at each start. */
    @Test
    void start_oneOfTheLastEventsEdited_isAContradiction() throws SQLException {
        signAndStop(900);
        execute("UPDATE audit_events SET metadata = '{\"query_length\":43}' WHERE seq = 890");
        start();

        assertStopped("contradiction");
    }

    @Test
    void start_eventEditedAndTreeDeleted_isAContradiction() throws Exception {
        signAndStop(900);
        execute("UPDATE audit_events SET status = 'denied' WHERE seq = 10");
        Files.delete(directory.resolve("sentinel_audit.tree.db"));
        start();

        assertStopped("contradiction");
    }

    @Test
    void start_twoEventsSwapped_isAContradiction() throws SQLException {
        signAndStop(900);
        execute("UPDATE audit_events SET seq = -1 WHERE seq = 899");
        execute("UPDATE audit_events SET seq = 899 WHERE seq = 898");
        execute("UPDATE audit_events SET seq = 898 WHERE seq = -1");
        start();

        assertStopped("contradiction");
    }

    /** The log is right, so it is no alarm that the tree is not. */
    @Test
    void start_treeFileOfOtherEvents_isBuiltAgain() throws Exception {
        signAndStop(600);
        try (Connection tree =
                        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sentinel_audit.tree.db"));
                Statement statement = tree.createStatement()) {
            statement.execute("UPDATE tiles SET hashes = zeroblob(8192)");
        }
        start();

        server.assertConsistent(signed, server.awaitSize(signed.size()));
    }

    @Test
    void start_stateIsGone_hasLostItsMemory() throws Exception {
        signAndStop(300);
        Files.delete(signer("log-1.key.state"));
        start();

        assertStopped("memory-lost");
    }

    @Test
    void start_stateIsDamaged_hasLostItsMemory() throws Exception {
        signAndStop(300);
        Files.writeString(signer("log-1.key.state"), "sentinel-log/x/1\n299\n");
        start();

        assertStopped("memory-lost");
    }

    /** A signature by nobody: the state was written by hand. */
    @Test
    void start_stateWithAnotherSize_hasLostItsMemory() throws Exception {
        signAndStop(300);
        Path state = signer("log-1.key.state");
        Files.writeString(state, Files.readString(state).replace("\n" + signed.size() + "\n", "\n250\n"));
        start();

        assertStopped("memory-lost");
    }

    @Test
    void start_keyIsGone_isKeyLost() throws Exception {
        signAndStop(300);
        Files.delete(signer("log-1.key"));
        start();

        assertStopped("key-lost");
    }

    @Test
    void start_keyAndStateAreGone_beginsTheNextNumber() throws Exception {
        signAndStop(300);
        Files.delete(signer("log-1.key"));
        Files.delete(signer("log-1.key.state"));
        start();
        Checkpoint next = server.awaitSize(signed.size());

        assertThat(next.origin()).isEqualTo(signed.origin().replaceAll("/1$", "/2"));
        server.assertConsistent(signed, next);
        assertThat(server.awaitAct("log.begun").getString("number")).isEqualTo("2");
    }

    @Test
    void renumber_rolledBackLog_goesOnAndKeepsTheLastCheckpoint() throws SQLException {
        signAndStop(900);
        execute("DELETE FROM audit_events WHERE seq >= 800");
        Map<String, String> details = renumber("the disk was lost", true);
        start();
        Checkpoint next = server.awaitSize(800);

        assertThat(next.origin()).endsWith("/2");
        assertThat(details)
                .containsEntry("reason", "the disk was lost")
                .containsEntry("size_before", Long.toString(signed.size()))
                .containsEntry("size_now", "800")
                .containsEntry("missing", Long.toString(signed.size() - 800))
                .containsEntry("previous_checkpoint", lastNote);
        assertThat(server.key().name()).isEqualTo(next.origin());
        assertThat(signer("log-2.key.begin")).doesNotExist();
    }

    /** The command has decided, and does no more. */
    @Test
    void renumber_crashAfterTheLogRecordsTheNumber_isFinishedByTheNextStart() throws SQLException {
        signAndStop(900);
        execute("DELETE FROM audit_events WHERE seq >= 800");
        Map<String, String> details = renumber("the disk was lost", false);
        start();

        assertThat(server.awaitSize(800).origin()).endsWith("/2");
        assertThat(server.key()).hasToString(details.get("vkey"));
        assertThat(server.awaitAct("log.renumbered").getString("previous_checkpoint"))
                .isEqualTo(lastNote);
    }

    @Test
    void renumber_crashBeforeTheLogRecordsTheNumber_didNothing() throws SQLException {
        signAndStop(900);
        execute("DELETE FROM audit_events WHERE seq >= 800");
        try (SqliteNumberedLog log = SqliteNumberedLog.open(directory.resolve("sentinel_audit.db"));
                Renumbering prepared = prepare(log, "the disk was lost")) {
            assertThat(prepared.number()).isEqualTo(2);
        }
        start();

        assertStopped("rolled-back");
        assertThat(signer("log-2.key.begin")).doesNotExist();
        assertThat(server.key().name()).endsWith("/1");
    }

    @Test
    void renumber_whileTheServerRuns_isRefused() {
        start();

        assertThatThrownBy(() -> renumber("no", true)).hasMessageContaining("another process uses this database");
    }

    private void signAndStop(int events) {
        start();
        server.post(events);
        signed = server.awaitSize(events);
        server.close();
        try {
            lastNote = Files.readString(signer("log-1.key.state"), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start() {
        server = SigningServer.start(directory);
    }

    private Map<String, String> renumber(String reason, boolean toTheEnd) {
        try (SqliteNumberedLog log = SqliteNumberedLog.open(directory.resolve("sentinel_audit.db"));
                Renumbering next = prepare(log, reason)) {
            log.begin(next.number());
            if (toTheEnd) {
                next.finish(act -> {});
            }
            return next.details();
        }
    }

    private Renumbering prepare(SqliteNumberedLog log, String reason) {
        return Renumbering.prepare(
                        SentinelConfig.fromEnvironment(Map.of("DATA_DIR", directory.toString()))
                                .evidence(),
                        log,
                        reason,
                        details -> List.of(AdminEvent.of(ActorType.SYSTEM, "log.renumbered", Instant.now(), details)))
                .orElseThrow();
    }

    private void assertStopped(String state) {
        server.awaitState(state);
        JsonObject receipt = new JsonObject(server.post(SampleEvents.any()));

        assertThat(receipt.getString("status")).isEqualTo("captured");
        assertThat(server.client().get("/log/checkpoint").statusCode()).isEqualTo(404);
        assertThat(server.client().get("/health/ready").statusCode()).isEqualTo(200);
        server.awaitReady(state);
        assertThat(server.client().get("/metrics").body())
                .contains("sentinel_evidence_state{state=\"" + state + "\"} 1.0");
        assertThat(server.client()
                        .get("/v1/events/" + receipt.getString("event_id") + "/proof?wait=5s")
                        .statusCode())
                .isEqualTo(503);
    }

    private Path signer(String name) {
        return directory.resolve("signer").resolve(name);
    }

    private void execute(String sql) throws SQLException {
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sentinel_audit.db"));
                Statement statement = log.createStatement()) {
            statement.execute(sql);
        }
    }
}
