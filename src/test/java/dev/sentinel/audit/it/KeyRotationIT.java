package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Command;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.store.postgres.PostgresServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/sentinel log rotate}, beside servers and alone, to its end and killed. */
@Timeout(240)
final class KeyRotationIT {
    private static final Within WITHIN = Within.seconds(20);
    private static final int KILLS = 6;

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void rotate_besideARunningServer_takesEffectAndIsRecorded(String store) throws Exception {
        use(store);
        try (ServerProcess server = ServerProcess.start(directory, environment)) {
            VerifierKey old = signed(server.client());
            Command rotated = rotate("--overlap", "1h");
            VerifierKey next = VerifierKey.parse(rotated.out().strip());

            assertThat(rotated.err()).contains(old.toString(), "The log " + next.name() + " has a new key.");
            assertThat(rotated.err().contains("log-1.key.former")).isEqualTo(store.equals("postgresql"));
            WITHIN.until("both keys sign", () -> note(server.client()).verifiedBy(next));
            assertThat(note(server.client()).verifiedBy(old)).isTrue();
            assertThat(keys(server.client())).containsExactly(next.toString(), old.toString());
            WITHIN.until("the act is captured", () -> acts(server.client()).size() == 1);
            JsonObject act = acts(server.client()).getJsonObject(0);
            assertThat(act.getString("actor")).isEqualTo("human");
            assertThat(act.getJsonObject("metadata").getString("new_vkey")).isEqualTo(next.toString());
            assertThat(server.output()).doesNotContain("ERROR");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void rotate_withoutAServer_isSignedAndRecordedFromTheNextStartOn(String store) throws Exception {
        use(store);
        VerifierKey old;
        try (ServerProcess server = ServerProcess.start(directory, environment)) {
            old = signed(server.client());
            assertThat(server.terminate()).isZero();
        }
        VerifierKey next = VerifierKey.parse(rotate("--overlap", "0s").out().strip());
        try (ServerProcess server = ServerProcess.start(directory, environment)) {
            WITHIN.until("the act is captured", () -> acts(server.client()).size() == 1);
            // The last checkpoint from before has the signatures of both.
            WITHIN.until("it signs the act", () -> !note(server.client()).verifiedBy(old));
            assertThat(note(server.client()).verifiedBy(next)).isTrue();
            assertThat(keys(server.client())).containsExactly(next.toString(), old.toString());
        }
    }

    /** Some kills come before anything is decided, some in between, and some when all is done. */
    @Test
    void rotate_killedAtAnyPoint_leavesALogThatIsSigned() throws Exception {
        use("sqlite");
        int keys = 1;
        for (int kill = 0; kill < KILLS; kill++) {
            try (ServerProcess server = ServerProcess.start(directory, environment)) {
                VerifierKey newest = signed(server.client());
                int round = kill;
                WITHIN.until(
                        "it signs round " + round, () -> note(server.client()).verifiedBy(newest));
                WITHIN.until(
                        "the acts are captured",
                        () -> acts(server.client()).size()
                                == keys(server.client()).size() - 1);
                assertThat(keys(server.client()).size()).isBetween(keys, keys + 1);
                keys = keys(server.client()).size();
                if (kill % 2 == 0) {
                    killWhileRotating(kill);
                    server.kill();
                } else {
                    server.kill();
                    killWhileRotating(kill);
                }
            }
        }
        VerifierKey last = VerifierKey.parse(rotate().out().strip());
        try (ServerProcess server = ServerProcess.start(directory, environment)) {
            WITHIN.until("it signs", () -> note(server.client()).verifiedBy(last));
            assertThat(keys(server.client())).startsWith(last.toString()).doesNotHaveDuplicates();
            WITHIN.until(
                    "the acts are captured",
                    () -> acts(server.client()).size() == keys(server.client()).size() - 1);
            WITHIN.until("all is done", () -> names().noneMatch(name -> name.endsWith(".rotate")));
        }
    }

    @Test
    void rotate_thatIsWrong_saysWhy() throws Exception {
        for (String[] options : new String[][] {{"--overlap", "soon"}, {"--overlap", "367d"}, {"--reason", "none"}}) {
            Command wrong = run(options);
            assertThat(wrong.exitCode()).as(List.of(options).toString()).isEqualTo(2);
            assertThat(wrong.out()).isEmpty();
        }
        Command early = run();
        assertThat(early.exitCode()).isEqualTo(1);
        assertThat(early.err()).contains("never signed").doesNotContain("Exception");
        assertThat(directory.resolve("sentinel_audit.keys.db")).doesNotExist();
    }

    private void use(String store) {
        if (store.equals("postgresql")) {
            environment.put("DATABASE_URL", PostgresServer.shared().newSchema());
            environment.put(
                    "SIGNING_KEY_FILE", directory.resolve("signer/log.key").toString());
        }
    }

    /** The machine decides where it is by then. */
    private void killWhileRotating(int kill) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bin/sentinel", "log", "rotate", "--overlap", "1h")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("DATA_DIR", directory.toString());
        Process command = builder.start();
        if (kill == KILLS - 1) {
            WITHIN.until(
                    "it has decided", () -> !command.isAlive() || names().anyMatch(name -> name.endsWith(".rotate")));
        } else {
            command.waitFor(300 + 200L * kill, TimeUnit.MILLISECONDS);
        }
        command.destroyForcibly().waitFor();
    }

    private Command rotate(String... options) throws IOException, InterruptedException {
        Command command = run(options);
        assertThat(command.exitCode()).as(command.err()).isZero();
        return command;
    }

    private Command run(String... options) throws IOException, InterruptedException {
        return Command.run(
                directory,
                environment,
                Stream.concat(Stream.of("log", "rotate"), Stream.of(options)).toArray(String[]::new));
    }

    /** Has the server sign an event, and returns its newest key. */
    private static VerifierKey signed(TestClient client) {
        assertThat(client.post("application/json", SampleEvents.any()).statusCode())
                .isEqualTo(201);
        WITHIN.until("a checkpoint", () -> client.get("/log/checkpoint").statusCode() == 200);
        WITHIN.until("the state", () -> client.get("/v1/log").body().contains("\"signing\""));
        return VerifierKey.parse(keys(client).get(0));
    }

    private static SignedNote note(TestClient client) {
        WITHIN.until("a checkpoint", () -> client.get("/log/checkpoint").statusCode() == 200);
        return SignedNote.parse(client.get("/log/checkpoint").body());
    }

    private static List<String> keys(TestClient client) {
        return client.get("/log/key").body().lines().toList();
    }

    private static JsonArray acts(TestClient client) {
        return client.getJson("/v1/agents/sentinel/events?resource=log.key_rotated")
                .getJsonArray("events");
    }

    private Stream<String> names() {
        try (Stream<Path> list = Files.list(directory.resolve("signer"))) {
            return list.map(file -> file.getFileName().toString()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
