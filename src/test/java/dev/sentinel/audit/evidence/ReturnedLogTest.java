package dev.sentinel.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.backend.Migrations;
import dev.sentinel.audit.cli.VerifyCommand;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.SignedLog;
import dev.sentinel.audit.store.migrate.NoProgress;
import dev.sentinel.audit.store.migrate.RowReport;
import dev.sentinel.audit.store.migrate.Verdict;
import dev.sentinel.audit.store.postgres.PostgresServer;
import dev.sentinel.audit.store.sqlite.OlderLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A signed log goes to PostgreSQL and comes back to a file, with a key that was replaced or not: it stays one log. */
@Timeout(90)
final class ReturnedLogTest {
    @TempDir
    private Path directory;

    private final String url = PostgresServer.shared().newSchema();
    private final List<SigningServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(SigningServer::close);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void log_movedToPostgresAndBack_staysOneLogThatOnlyItsLastPlaceSigns(boolean isRotated) throws IOException {
        SigningServer first = start("first", Map.of());
        first.post(300);
        Checkpoint begun = first.awaitSize(300);
        Path oldest = keep(first, "oldest");
        VerifierKey old = first.key();
        stop(first);
        if (isRotated) {
            rotate();
        }

        move(database("first"), Map.of("DATABASE_URL", url));
        assertThat(new SignerMove(key("first"), key("shared"), true).run()).isEqualTo(SignerMove.Result.MOVED);
        SigningServer shared = startShared("shared");
        shared.post(5);
        Checkpoint moved = shared.awaitSize(305);
        shared.assertConsistent(begun, moved);
        Path middle = keep(shared, "middle");
        stop(shared);
        copyKeys("shared", "another");

        move(
                SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url))
                        .store()
                        .database(),
                Map.of("DATA_DIR", directory.resolve("back").toString()));
        assertThat(new SignerMove(key("shared"), key("back"), false).run()).isEqualTo(SignerMove.Result.MOVED);
        SigningServer back = start("back", Map.of());
        back.post(5);
        Checkpoint last = back.awaitSize(moved.size() + 5);
        back.assertConsistent(begun, last);
        back.assertConsistent(moved, last);
        back.awaitState("signing");
        String keys = back.client().get("/log/key").body();
        assertThat(keys.lines()).hasSize(isRotated ? 2 : 1).endsWith(old.toString());
        Path newest = keep(back, "newest");
        stop(back);

        Path vkeys = Files.writeString(directory.resolve("log.vkey"), keys);
        assertThat(verify(vkeys, oldest, middle, newest)).contains("result=VERIFIED");

        // Neither the place that had the keys, nor one that has a copy of them, goes on.
        for (String name : List.of("shared", "another")) {
            SigningServer source = startShared(name);
            source.awaitState("moved");
            source.post(1);
            assertThat(source.checkpoint().size()).isEqualTo(moved.size());
            stop(source);
        }
    }

    /** A server that was only tried in the directory has left its key there. */
    @Test
    void log_toADirectoryWithTheKeyOfAnotherLog_isRefusedBeforeTheSourceStopsSigning() throws IOException {
        SigningServer shared = startShared("shared");
        shared.post(5);
        shared.awaitSize(5);
        stop(shared);
        SigningServer tried = start("back", Map.of());
        tried.awaitState("signing");
        stop(tried);
        Files.delete(directory.resolve("back/sentinel_audit.db"));
        SignerMove move = new SignerMove(key("back"), key("back"), false);

        try (Migrations back = back()) {
            assertThatThrownBy(() -> back.rehearse(move::check)).hasMessageContaining("is not a key of the log");
            assertThatThrownBy(() -> back.run(move::check))
                    .hasMessageContaining(directory.resolve("back/signer/log-1.key") + " is not a key of the log");
        }
        assertThat(directory.resolve("back/sentinel_audit.db")).doesNotExist();
        SigningServer again = startShared("shared");
        again.post(1);
        again.awaitSize(6);
        again.awaitState("signing");
        stop(again);
        try (Migrations back = back()) {
            back.run(new SignerMove(key("shared"), key("shared"), false)::check);
        }
    }

    private Migrations back() {
        SentinelConfig config = SentinelConfig.fromEnvironment(
                Map.of("DATA_DIR", directory.resolve("back").toString()));
        return new Migrations(
                SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url))
                        .store()
                        .database(),
                config.store(),
                config.redaction().rules(),
                false,
                new Migrations.Rows(false, false, RowReport.NONE),
                new NoProgress());
    }

    /** Its events have no seals of their own until they are copied. */
    @Test
    void logFromBeforeSeals_movedToPostgresAndBack_hasTheSameTree() throws Exception {
        SigningServer older = start("first", Map.of("EVIDENCE", "off"));
        older.post(300);
        stop(older);
        OlderLog.to(directory.resolve("first/sentinel_audit.db"), 2);
        SigningServer first = start("first", Map.of());
        first.awaitAct("log.sealed");
        first.post(1);
        Checkpoint signed = first.awaitSize(303);
        stop(first);

        move(database("first"), Map.of("DATABASE_URL", url));
        new SignerMove(key("first"), key("shared"), true).run();
        move(
                SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url))
                        .store()
                        .database(),
                Map.of("DATA_DIR", directory.resolve("back").toString()));
        new SignerMove(key("shared"), key("back"), false).run();

        assertThat(start("back", Map.of()).awaitSize(303)).isEqualTo(signed);
    }

    private void move(Database from, Map<String, String> environment) {
        SentinelConfig config = SentinelConfig.fromEnvironment(environment);
        try (Migrations migrations = new Migrations(
                from,
                config.store(),
                config.redaction().rules(),
                false,
                new Migrations.Rows(false, false, RowReport.NONE),
                new NoProgress())) {
            Migrations.Result result = migrations.run(Migrations.KeyCheck.NONE);
            assertThat(result.verdict()).isInstanceOf(Verdict.Verified.class);
            assertThat(result.logNumber()).isEqualTo(1);
        }
    }

    private Database database(String name) {
        return new Database.Sqlite(directory.resolve(name + "/sentinel_audit.db"));
    }

    private Path key(String name) {
        return directory.resolve(name + "/signer/log.key");
    }

    private void rotate() {
        SentinelConfig config = SentinelConfig.fromEnvironment(
                Map.of("DATA_DIR", directory.resolve("first").toString()));
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (KeyRotation rotation = KeyRotation.begin(
                config.evidence(),
                new SignedLog.Standing(0, 0, true, Map.of()),
                false,
                now.plus(Duration.ofDays(7)),
                details -> AdminEvent.of(ActorType.HUMAN, "log.key_rotated", now, details))) {
            rotation.finish(now);
        }
    }

    private void copyKeys(String from, String to) throws IOException {
        Path target = Files.createDirectories(key(to).getParent());
        try (Stream<Path> files = Files.list(key(from).getParent())) {
            for (Path file :
                    files.filter(file -> !file.toString().contains("lock")).toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    private SigningServer startShared(String name) {
        return start(
                name, Map.of("DATABASE_URL", url, "SIGNING_KEY_FILE", key(name).toString()));
    }

    private SigningServer start(String name, Map<String, String> environment) {
        SigningServer server = SigningServer.start(directory.resolve(name), environment);
        servers.add(server);
        return server;
    }

    private void stop(SigningServer server) {
        servers.remove(server);
        server.close();
    }

    private Path keep(SigningServer server, String name) {
        try {
            return Files.writeString(
                    directory.resolve(name + ".note"),
                    server.client().get("/log/checkpoint").body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String verify(Path keys, Path... checkpoints) {
        List<String> arguments = new ArrayList<>(
                List.of("--db", directory.resolve("back/sentinel_audit.db").toString(), "--key", keys.toString()));
        for (Path checkpoint : checkpoints) {
            arguments.addAll(List.of("--checkpoint", checkpoint.toString()));
        }
        StringWriter printed = new StringWriter();
        new CommandLine(new VerifyCommand())
                .setOut(new PrintWriter(printed))
                .setErr(new PrintWriter(printed))
                .execute(arguments.toArray(String[]::new));
        return printed.toString();
    }
}
