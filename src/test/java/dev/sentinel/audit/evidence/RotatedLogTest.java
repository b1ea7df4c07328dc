package dev.sentinel.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.cli.VerifyCommand;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.SignedLog;
import dev.sentinel.audit.store.postgres.PostgresNumberedLog;
import dev.sentinel.audit.store.postgres.PostgresServer;
import dev.sentinel.audit.store.postgres.PostgresVertx;
import dev.sentinel.audit.store.sqlite.SqliteNumberedLog;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
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
import java.util.HashMap;
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

/** The key of a log is replaced while servers sign it, and whoever knows one of the keys can verify it. */
@Timeout(120)
final class RotatedLogTest {
    @TempDir
    private Path directory;

    private final Map<String, String> database = new HashMap<>();
    private final List<SigningServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(SigningServer::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void rotate_whileTheServerRuns_signsWithBothAndThenWithTheNewOne(String store) throws IOException {
        use(store);
        SigningServer server = server("one");
        server.post(300);
        Checkpoint first = server.awaitSize(300);
        VerifierKey old = server.key();
        Path before = keep("before.note", server);
        VerifierKey next = rotate("one", Duration.ofSeconds(6));

        server.await("both keys sign", () -> note(server).signatures().size() == 2);
        assertThat(note(server).verifiedBy(old)).isTrue();
        assertThat(note(server).verifiedBy(next)).isTrue();
        Path both = keep("both.note", server);
        JsonObject act = server.awaitAct("log.key_rotated");
        assertThat(act.getString("old_vkey")).isEqualTo(old.toString());
        assertThat(act.getString("new_vkey")).isEqualTo(next.toString());
        assertThat(server.client().get("/log/key").body()).isEqualTo(next + "\n" + old + "\n");

        // Without events, the old key ends all the same.
        server.await("the old key is gone", () -> names("one").noneMatch(name -> name.contains(".until-")));
        server.post(1);
        Checkpoint last = server.awaitSize(first.size() + 2);
        SignedNote after = note(server);
        assertThat(after.signatures()).hasSize(1);
        assertThat(after.verifiedBy(next)).isTrue();
        server.assertConsistent(first, last);
        server.await("all is done", () -> names("one").noneMatch(name -> name.endsWith(".rotate")));
        server.awaitState("signing");

        Path keys = Files.writeString(
                directory.resolve("log.vkey"), server.client().get("/log/key").body());
        Path end = keep("after.note", server);
        String url = "http://127.0.0.1:" + server.client().port();
        assertThat(verify(url, keys.toString(), before, both, end)).contains("result=VERIFIED");
        assertThat(verify(url, next.toString(), both, end)).contains("result=VERIFIED");
        assertThat(verify(url, old.toString(), before, both)).contains("result=FORGED");
        stop(server);

        SigningServer again = server("one");
        again.post(1);
        again.assertConsistent(last, again.awaitSize(last.size() + 1));
        assertThat(again.client().get("/log/key").body()).isEqualTo(next + "\n" + old + "\n");
        assertThat(note(again).signatures()).hasSize(1);
    }

    /** The decision alone is on the disk. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void start_afterACommandThatWasKilled_replacesTheKeyAndRecordsIt(String store) {
        use(store);
        SigningServer server = server("one");
        server.post(30);
        Checkpoint first = server.awaitSize(30);
        VerifierKey old = server.key();
        stop(server);
        VerifierKey next = decide("one", Duration.ofDays(7));
        SigningServer again = server("one");

        assertThat(again.awaitAct("log.key_rotated").getString("new_vkey")).isEqualTo(next.toString());
        again.assertConsistent(first, again.awaitSize(first.size() + 1));
        assertThat(note(again).verifiedBy(old)).isTrue();
        assertThat(note(again).verifiedBy(next)).isTrue();
        again.await("all is done", () -> names("one").noneMatch(name -> name.endsWith(".rotate")));
        assertThat(again.client()
                        .getJson("/v1/agents/sentinel/events?resource=log.key_rotated")
                        .getInteger("total"))
                .isEqualTo(1);
    }

    @Test
    void start_afterACommandThatWasKilledWithoutTheKey_waitsUntilItIsBack() throws IOException {
        SigningServer server = server("one");
        server.post(30);
        server.awaitSize(30);
        stop(server);
        VerifierKey next = decide("one", Duration.ofDays(7));
        Path key = directory.resolve("one/signer/log-1.key");
        byte[] old = Files.readAllBytes(key);
        Files.delete(key);
        SigningServer without = server("one");
        without.awaitState("key-lost");
        stop(without);
        Files.write(key, old);
        SigningServer again = server("one");

        assertThat(again.awaitAct("log.key_rotated").getString("new_vkey")).isEqualTo(next.toString());
        again.awaitSize(31);
        assertThat(note(again).verifiedBy(next)).isTrue();
        assertThat(note(again).signatures()).hasSize(2);
    }

    /** It signs nothing any more, and nobody restarts it. */
    @Test
    void formerKey_ofALogThatIsHalted_isDeletedAtItsEnd() throws IOException {
        SigningServer server = server("one");
        server.post(30);
        server.awaitSize(30);
        stop(server);
        rotate("one", Duration.ofSeconds(5));
        Files.delete(directory.resolve("one/signer/log-1.key.state"));
        SigningServer halted = server("one");
        halted.awaitState("memory-lost");
        assumeThat(names("one")).as("started in time").anyMatch(name -> name.contains(".until-"));

        halted.await("the former private key is gone", () -> names("one").noneMatch(name -> name.contains(".until-")));

        halted.awaitState("memory-lost");
        assertThat(names("one")).contains("log-1.key", "log-1.key.former");
    }

    @Test
    void start_afterTheKeyBecameAnother_dropsWhatWasDecided() throws IOException {
        SigningServer server = server("one");
        server.post(30);
        server.awaitSize(30);
        stop(server);
        VerifierKey dropped = decide("one", Duration.ofDays(7));
        Path decision = directory.resolve("one/signer/log-1.key.rotate");
        byte[] kept = Files.readAllBytes(decision);
        Files.delete(decision);
        VerifierKey next = rotate("one", Duration.ofDays(7));
        Files.write(decision, kept);
        SigningServer again = server("one");
        again.await("it is dropped", () -> names("one").noneMatch(name -> name.endsWith(".rotate")));

        assertThat(again.awaitAct("log.key_rotated").getString("new_vkey")).isEqualTo(next.toString());
        again.awaitSize(31);
        assertThat(again.client().get("/log/key").body()).doesNotContain(dropped.toString());
        again.awaitState("signing");
        assertThat(again.client()
                        .getJson("/v1/agents/sentinel/events?resource=log.key_rotated")
                        .getInteger("total"))
                .isEqualTo(1);
    }

    /** What a command has decided for a number is done, although the log has gone on under the next one. */
    @Test
    void renumber_afterACommandThatWasKilled_goesOnWithTheKeyOfTheNextNumber() {
        SigningServer server = server("one");
        server.post(30);
        Checkpoint first = server.awaitSize(30);
        VerifierKey old = server.key();
        stop(server);
        VerifierKey decided = decide("one", Duration.ofDays(7));
        try (SqliteNumberedLog log = SqliteNumberedLog.open(directory.resolve("one/sentinel_audit.db"));
                Renumbering next = Renumbering.prepare(
                                SentinelConfig.fromEnvironment(environment("one"))
                                        .evidence(),
                                log,
                                "a test",
                                details -> List.of())
                        .orElseThrow()) {
            log.begin(next.number());
            next.finish(act -> {});
        }
        SigningServer again = server("one");

        assertThat(again.awaitAct("log.key_rotated").getString("new_vkey")).isEqualTo(decided.toString());
        Checkpoint last = again.awaitSize(31);
        assertThat(last.origin()).endsWith("/2");
        assertThat(note(again).signatures()).hasSize(1);
        again.assertConsistent(first, last);
        assertThat(again.client().get("/log/key").body().lines())
                .hasSize(3)
                .endsWith(decided.toString(), old.toString());
        again.await("all is done", () -> names("one").noneMatch(name -> name.endsWith(".rotate")));
    }

    /**
     * One after the other gets the new key. Each signs before, or follows; no two checkpoints contradict each other.
     */
    @Test
    void servers_thatGetTheNewKeyOneAfterTheOther_signOneLog() throws IOException {
        use("postgresql");
        SigningServer one = server("one");
        one.post(30);
        Checkpoint first = one.awaitSize(30);
        VerifierKey old = one.key();
        copy("one", "two", "log-1.key", "log-1.key.state");
        SigningServer two = server("two");
        two.awaitState("following");
        VerifierKey next = rotate("one", Duration.ofDays(7));
        one.post(10);
        one.await("both keys sign", () -> note(one).signatures().size() == 2);
        Checkpoint second = two.awaitSize(one.checkpoint().size());
        two.await("it knows the new key", () -> two.key().equals(next));
        two.awaitState("following");
        assertThat(note(two).verifiedBy(old)).isTrue();
        stop(one);

        two.awaitState("no-key");
        two.post(10);
        copy(
                "one",
                "two",
                names("one")
                        .filter(name -> name.contains(".until-") || name.endsWith(".former"))
                        .toArray(String[]::new));
        copy("one", "two", "log-1.key");
        Checkpoint third = two.awaitSize(second.size() + 10);
        two.awaitState("signing");
        assertThat(note(two).verifiedBy(old)).isTrue();
        assertThat(note(two).verifiedBy(next)).isTrue();
        two.assertConsistent(first, third);
        two.assertConsistent(second, third);
    }

    /** The server that signs does not have the new key yet; it signs until the other one takes over. */
    @Test
    void server_withTheNewKeyThatDoesNotSign_replacesTheKeyWhenItTakesOver() throws IOException {
        use("postgresql");
        SigningServer one = server("one");
        one.post(30);
        Checkpoint first = one.awaitSize(30);
        VerifierKey old = one.key();
        copy("one", "two", "log-1.key", "log-1.key.state");
        SigningServer two = server("two");
        two.awaitState("following");
        VerifierKey next = rotate("two", Duration.ofDays(7));
        one.post(10);
        Checkpoint second = two.awaitSize(first.size() + 10);
        two.awaitState("following");
        assertThat(note(two).verifiedBy(old)).isTrue();
        assertThat(note(two).verifiedBy(next)).isFalse();
        one.awaitState("signing");
        stop(one);

        two.post(10);
        Checkpoint third = two.awaitSize(second.size() + 10);
        assertThat(note(two).verifiedBy(old)).isTrue();
        assertThat(note(two).verifiedBy(next)).isTrue();
        two.assertConsistent(second, third);
        SigningServer back = server("one");
        back.awaitState("following");
        assertThat(back.awaitSize(third.size())).isEqualTo(two.awaitSize(third.size()));
        assertThat(back.key()).isEqualTo(next);
    }

    private void use(String store) {
        if (store.equals("postgresql")) {
            database.put("DATABASE_URL", PostgresServer.shared().newSchema());
        }
    }

    private SigningServer server(String name) {
        SigningServer server = SigningServer.start(directory.resolve(name), environment(name));
        servers.add(server);
        return server;
    }

    private Map<String, String> environment(String name) {
        Map<String, String> all = new HashMap<>(database);
        all.put("DATA_DIR", directory.resolve(name).toString());
        all.put("SIGNING_KEY_FILE", directory.resolve(name + "/signer/log.key").toString());
        return all;
    }

    private void stop(SigningServer server) {
        servers.remove(server);
        server.close();
    }

    /** As the command does. A server with SQLite holds its keys all the time, and the others for moments. */
    private VerifierKey rotate(String name, Duration overlap) {
        SentinelConfig config = SentinelConfig.fromEnvironment(environment(name));
        Vertx vertx = Vertx.vertx();
        try (KeyRotation rotation = begin(name, overlap)) {
            Databases.keys(vertx, config.store())
                    .compose(keys -> keys.record(rotation.act()).eventually(keys::close))
                    .await();
            rotation.finish(Instant.now());
            return rotation.next();
        } finally {
            PostgresVertx.close(vertx);
        }
    }

    private VerifierKey decide(String name, Duration overlap) {
        try (KeyRotation rotation = begin(name, overlap)) {
            return rotation.next();
        }
    }

    private KeyRotation begin(String name, Duration overlap) {
        SentinelConfig config = SentinelConfig.fromEnvironment(environment(name));
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return KeyRotation.begin(
                config.evidence(),
                standing(config),
                !database.isEmpty(),
                now.plus(overlap),
                details -> AdminEvent.of(ActorType.HUMAN, "log.key_rotated", now, details));
    }

    private static SignedLog.Standing standing(SentinelConfig config) {
        if (!(config.store().database() instanceof Database.Postgres postgres)) {
            return new SignedLog.Standing(0, 0, true, Map.of());
        }
        Vertx vertx = Vertx.vertx();
        try {
            return PostgresNumberedLog.standing(vertx, postgres, config.store().timeout());
        } finally {
            PostgresVertx.close(vertx);
        }
    }

    private Path keep(String name, SigningServer server) throws IOException {
        return Files.writeString(directory.resolve(name), note(server).toString());
    }

    private static SignedNote note(SigningServer server) {
        return SignedNote.parse(server.client().get("/log/checkpoint").body());
    }

    private static String verify(String url, String key, Path... checkpoints) {
        List<String> arguments = new ArrayList<>(List.of("--url", url, "--key", key));
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

    private void copy(String from, String to, String... names) throws IOException {
        Path target = Files.createDirectories(directory.resolve(to + "/signer"));
        for (String name : names) {
            Files.write(target.resolve(name), Files.readAllBytes(directory.resolve(from + "/signer/" + name)));
        }
    }

    private Stream<String> names(String name) {
        try (Stream<Path> list = Files.list(directory.resolve(name + "/signer"))) {
            return list.map(file -> file.getFileName().toString()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
