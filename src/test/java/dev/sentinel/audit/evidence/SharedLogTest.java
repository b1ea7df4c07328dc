package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.postgres.PostgresNumberedLog;
import dev.sentinel.audit.store.postgres.PostgresServer;
import dev.sentinel.audit.store.postgres.PostgresVertx;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several servers on one database sign one log, whatever each of them remembers, and whatever the database does. */
@Timeout(120)
final class SharedLogTest {
    private static final String[] TABLES = {
        "audit_events", "audit_sequence_runs", "audit_progress", "audit_tiles", "audit_tree"
    };

    @TempDir
    private Path directory;

    private final PostgresServer database = PostgresServer.shared();
    private final String url = database.newSchema();
    private final List<SigningServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(SigningServer::close);
    }

    @Test
    void start_withoutAKeyFile_recordsAndSaysWhatToDo() {
        SigningServer server = server("one", Map.of());
        server.awaitState("no-key");

        assertThat(new JsonObject(server.post(SampleEvents.any())).getString("status"))
                .isEqualTo("captured");
        assertThat(server.client().get("/log/checkpoint").statusCode()).isEqualTo(404);
        assertThat(server.client().getJson("/v1/log").getString("meaning")).contains("SIGNING_KEY_FILE");
        server.awaitReady("SIGNING_KEY_FILE");
        assertThat(server.client().get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(server.client().get("/metrics").body()).contains("sentinel_evidence_state{state=\"no-key\"} 1.0");
        assertThat(directory.resolve("one/signer")).doesNotExist();
    }

    @Test
    void servers_all_serveWhatOneOfThemSigns() {
        SigningServer signer = signer("one");
        SigningServer other = signer("two");
        SigningServer keyless = server("three", Map.of());
        signer.post(700);
        other.post(700);
        Checkpoint signed = signer.awaitSize(1_400);

        for (SigningServer follower : List.of(other, keyless)) {
            assertThat(follower.awaitSize(1_400)).isEqualTo(signed);
            follower.awaitState("following");
            assertThat(follower.key()).isEqualTo(signer.key());
            follower.assertConsistent(follower.checkpoint(), signed);
            for (String path : new String[] {"tile/0/004", "tile/0/005.p/120", "tile/1/000.p/5", "tile/entries/000"}) {
                assertThat(follower.client().get("/log/" + path).body())
                        .as(path)
                        .isEqualTo(signer.client().get("/log/" + path).body());
            }
        }
        signer.awaitState("signing");
        String id = new JsonObject(keyless.post(SampleEvents.any())).getString("event_id");
        assertThat(keyless.client().get("/v1/events/" + id + "/proof?wait=5s").statusCode())
                .isEqualTo(200);
    }

    @Test
    void signer_thatStops_isReplacedByAServerThatFollowed() throws IOException {
        SigningServer first = signer("one");
        first.post(300);
        Checkpoint before = first.awaitSize(300);
        copyKey("one", "two");
        SigningServer second = signer("two");
        second.await("it learns what is signed", () -> state("two", 1).exists());
        first.post(5);
        Checkpoint last = first.awaitSize(305);
        second.awaitSize(305);
        stop(first);

        second.post(10);
        Checkpoint after = second.awaitSize(315);
        assertThat(after.origin()).isEqualTo(before.origin());
        second.assertConsistent(before, after);
        second.assertConsistent(last, after);
        second.awaitState("signing");
    }

    /** As in a new container on a database that may have been restored. */
    @Test
    void server_withTheKeyAndNoMemory_signsNothingUntilItHasSeenASigner() throws IOException {
        SigningServer first = signer("one");
        first.post(300);
        first.awaitSize(300);
        stop(first);
        copyKey("one", "two");
        SigningServer second = signer("two");
        second.awaitState("memory-lost");
        second.post(10);
        assertThat(second.awaitSize(300).size())
                .as("the stored checkpoint is served")
                .isEqualTo(300);

        SigningServer again = signer("one");
        again.awaitSize(310);
        second.await("it learns what is signed", () -> state("two", 1).exists());
        stop(again);
        second.post(10);
        second.awaitSize(320);
    }

    /** Its own key is of no use: the number has another one. */
    @Test
    void server_withoutTheKeyOfTheNumber_doesNotBeginTheNext() {
        SigningServer first = signer("one");
        first.post(30);
        Checkpoint signed = first.awaitSize(30);
        stop(first);
        SigningServer second = signer("two");
        second.awaitState("no-key");
        second.post(5);

        assertThat(second.awaitSize(30)).isEqualTo(signed);
        second.await(
                "it knows of the events",
                () -> second.client().getJson("/v1/log").getLong("lag") == 5);
        assertThat(directory.resolve("two/signer/log-2.key")).doesNotExist();
    }

    @Test
    void database_rolledBackWhileServersRun_isNotSigned() throws Exception {
        SigningServer first = signer("one");
        SigningServer second = server("two", Map.of());
        first.post(300);
        first.awaitSize(300);
        keepCopy();
        first.post(50);
        Checkpoint signed = first.awaitSize(350);
        second.awaitSize(350);
        putBackCopy();

        first.awaitState("rolled-back");
        second.awaitState("rolled-back");
        assertThat(new JsonObject(first.post(SampleEvents.any())).getString("status"))
                .isEqualTo("captured");
        first.awaitReady("rolled-back");
        first.post(100);
        first.await(
                "the log is longer than what was signed",
                () -> first.client().getJson("/v1/log").getLong("events") > 400);
        first.awaitState("rolled-back");
        assertThat(first.checkpoint()).isEqualTo(signed);
        assertThat(second.checkpoint()).isEqualTo(signed);
    }

    /** The one that takes over never saw the last checkpoint, and the one that did has not the right to sign. */
    @Test
    void database_rolledBack_isKnownToTheServerThatTakesOver() throws Exception {
        SigningServer first = signer("one");
        first.post(300);
        first.awaitSize(300);
        copyKey("one", "two");
        copyState("one", "two");
        keepCopy();
        first.post(50);
        first.awaitSize(350);
        execute("UPDATE audit_tree SET leader = 'another', leads_until = now() + interval '1 hour'");
        first.awaitState("following");
        putBackCopy();
        SigningServer second = signer("two");

        second.awaitState("rolled-back");
        first.awaitState("rolled-back");
        assertThat(second.client().getJson("/v1/log").getLong("size")).isEqualTo(300);
    }

    @Test
    void start_onADatabaseOfBefore_isRolledBack() throws Exception {
        SigningServer first = signer("one");
        first.post(300);
        first.awaitSize(300);
        keepCopy();
        first.post(50);
        first.awaitSize(350);
        stop(first);
        putBackCopy();

        signer("one").awaitState("rolled-back");
    }

    /** The state is from before another server signed. */
    @Test
    void start_olderState_goesOnBehindTheStoredCheckpoint() throws Exception {
        SigningServer first = signer("one");
        first.post(300);
        first.awaitSize(300);
        copyState("one", "kept");
        first.post(50);
        Checkpoint last = first.awaitSize(350);
        stop(first);
        copyState("kept", "one");
        SigningServer again = signer("one");
        again.post(1);

        again.assertConsistent(last, again.awaitSize(351));
        assertThat(SignedNote.parse(Files.readString(state("one", 1).toPath())).text())
                .contains("\n351\n");
    }

    @Test
    void start_eventsChangedBehindTheStoredCheckpoint_isAContradiction() throws Exception {
        SigningServer first = signer("one");
        first.post(600);
        first.awaitSize(600);
        copyState("one", "kept");
        first.post(200);
        first.awaitSize(800);
        stop(first);
        copyState("kept", "one");
        execute("UPDATE audit_events SET trace_id = 'another' WHERE arrival = 790");

        signer("one").awaitState("contradiction");
    }

    /** A signature that was never stored binds as well: somebody may have seen it. */
    @Test
    void start_stateAheadOfTheStoredCheckpoint_isStored() throws Exception {
        SigningServer first = signer("one");
        first.post(300);
        first.awaitSize(300);
        String before = database.query(url, "SELECT checkpoint FROM audit_tree");
        first.post(50);
        Checkpoint signed = first.awaitSize(350);
        stop(first);
        execute("UPDATE audit_tree SET checkpoint = '" + before + "'");
        SigningServer again = signer("one");

        assertThat(again.awaitSize(350)).isEqualTo(signed);
    }

    @Test
    void twoServers_withOneKey_beginOneNumber() throws IOException {
        Path shared = directory.resolve("shared/log.key");
        List<SigningServer> both = Stream.of("one", "two")
                .map(name -> server(name, Map.of("SIGNING_KEY_FILE", shared.toString())))
                .toList();
        both.forEach(each -> each.post(10));

        for (SigningServer each : both) {
            assertThat(each.awaitSize(20).origin()).endsWith("/1");
        }
        try (Stream<Path> files = Files.list(shared.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".key")))
                    .containsExactly("log-1.key");
        }
        assertThat(SigningKey.parse(Files.readString(shared.resolveSibling("log-1.key"), UTF_8))
                        .verifierKey())
                .isEqualTo(both.get(0).key());
    }

    @Test
    void renumber_rolledBackDatabase_goesOnAndKeepsTheLastCheckpoint() throws Exception {
        SigningServer first = signer("one");
        first.post(300);
        first.awaitSize(300);
        keepCopy();
        first.post(50);
        Checkpoint lost = first.awaitSize(350);
        stop(first);
        putBackCopy();
        Map<String, String> details = renumber();
        SigningServer again = signer("one");
        Checkpoint next = again.awaitSize(300);

        assertThat(next.origin()).isEqualTo(lost.origin().replaceAll("/1$", "/2"));
        assertThat(details).containsEntry("size_before", "350").containsEntry("missing", "50");
        assertThat(again.awaitAct("log.renumbered").getString("previous_checkpoint"))
                .contains(lost.root().base64());
        assertThat(again.key().name()).isEqualTo(next.origin());
        again.awaitState("signing");
    }

    @Test
    void renumber_whileAServerRuns_isRefused() {
        signer("one").awaitState("signing");

        assertThatThrownBy(this::renumber).hasMessageContaining("stop all of them first");
    }

    private Map<String, String> renumber() {
        SentinelConfig config = SentinelConfig.fromEnvironment(Map.of(
                "DATABASE_URL",
                url,
                "SIGNING_KEY_FILE",
                directory.resolve("one/signer/log.key").toString()));
        Vertx vertx = Vertx.vertx();
        try (PostgresNumberedLog log = PostgresNumberedLog.open(
                vertx,
                (Database.Postgres) config.store().database(),
                config.store().timeout())) {
            Renumbering next = Renumbering.prepare(
                            config.evidence(),
                            log,
                            "the disk was lost",
                            details ->
                                    List.of(AdminEvent.of(ActorType.SYSTEM, "log.renumbered", Instant.now(), details)))
                    .orElseThrow();
            try (next) {
                log.begin(next.number());
                // As after a crash: the next start of a server does the rest.
                return next.details();
            }
        } finally {
            PostgresVertx.close(vertx);
        }
    }

    private SigningServer signer(String name) {
        return server(
                name,
                Map.of(
                        "SIGNING_KEY_FILE",
                        directory.resolve(name + "/signer/log.key").toString()));
    }

    private SigningServer server(String name, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("DATABASE_URL", url);
        SigningServer server = SigningServer.start(directory.resolve(name), all);
        servers.add(server);
        return server;
    }

    private void stop(SigningServer server) {
        servers.remove(server);
        server.close();
    }

    private void copyKey(String from, String to) throws IOException {
        copy(from, to, "log-1.key");
    }

    private void copyState(String from, String to) throws IOException {
        copy(from, to, "log-1.key.state");
    }

    private void copy(String from, String to, String name) throws IOException {
        Path target = Files.createDirectories(directory.resolve(to).resolve("signer"));
        Files.write(target.resolve(name), Files.readAllBytes(directory.resolve(from + "/signer/" + name)));
    }

    private java.io.File state(String name, int number) {
        return directory.resolve(name + "/signer/log-" + number + ".key.state").toFile();
    }

    /** Like a replica that is behind. */
    private void keepCopy() {
        for (String table : TABLES) {
            execute("CREATE TABLE kept_" + table + " AS TABLE " + table);
        }
    }

    /** Like a fail-over to that replica. */
    private void putBackCopy() {
        StringBuilder sql = new StringBuilder("BEGIN;");
        for (String table : TABLES) {
            sql.append("DELETE FROM %1$s; INSERT INTO %1$s SELECT * FROM kept_%1$s;".formatted(table));
        }
        execute(sql.append("COMMIT").toString());
    }

    private void execute(String sql) {
        try (Connection connection = database.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
