package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.ForwardingLog;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.OffsetClock;
import dev.sentinel.audit.store.sqlite.SqliteNumberedLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a server from signing for a while: it says so, records events, and goes on by itself. */
@Timeout(90)
final class HinderedSignerTest {
    private static final String LOG = "sentinel_audit.db";
    private static final Duration SLOW_READ = Duration.ofMillis(500);

    @TempDir
    private Path directory;

    private SigningServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void keyOfAnotherServer_isNotSignedWith_untilThatServerEnds() throws IOException {
        Path ours = Files.createDirectory(directory.resolve("ours"));
        Path theirs = Files.createDirectory(directory.resolve("theirs"));
        Map<String, String> key =
                Map.of("SIGNING_KEY_FILE", directory.resolve("keys/log.key").toString());
        try (SigningServer first = SigningServer.start(theirs, key)) {
            first.post(20);
            first.awaitSize(20);
        }
        Files.copy(theirs.resolve(LOG), ours.resolve(LOG));
        SigningServer first = SigningServer.start(theirs, key);
        try {
            first.awaitState("signing");
            server = SigningServer.start(ours, key);
            server.awaitState("key-in-use");

            assertThat(new JsonObject(server.post(SampleEvents.any())).getString("status"))
                    .isEqualTo("captured");
            assertThat(server.client().get("/log/checkpoint").statusCode()).isEqualTo(404);
            server.awaitReady("key-in-use");
            assertThat(server.client().get("/metrics").body())
                    .contains("sentinel_evidence_state{state=\"key-in-use\"} 1.0");
        } finally {
            first.close();
        }
        assertThat(server.awaitSize(21).origin()).endsWith("/1");
        server.awaitState("signing");
    }

    /** What stands in the way is a directory: it also stops root, who runs tests in containers. */
    @Test
    void stateThatCannotBeWritten_isNamed_andSigningGoesOnAfterwards() throws IOException {
        server = SigningServer.start(directory);
        server.post(1);
        server.awaitSize(1);
        Path obstacle = Files.createDirectories(directory.resolve("signer/log-1.key.state.partial/x"));
        server.post(1);
        server.awaitState("failing");

        String meaning = server.client().getJson("/v1/log").getString("meaning");
        assertThat(meaning).contains("it cannot write what the key has signed").doesNotContain(directory.toString());
        server.awaitReady("failing");
        assertThat(server.client().get("/metrics").body()).contains("sentinel_evidence_state{state=\"failing\"} 1.0");

        Files.delete(obstacle);
        Files.delete(obstacle.getParent());
        server.awaitSize(2);
        server.awaitState("signing");
    }

    /** As NTP or an operator sets a clock, and as a machine starts without one. */
    @Test
    void clockThatIsSet_backAndForward_changesNothingOfTheLog() {
        OffsetClock clock = new OffsetClock();
        server = SigningServer.at(clock, directory);
        server.post(300);
        Checkpoint last = server.awaitSize(300);
        for (Duration step : List.of(Duration.ofHours(-2), Duration.ofDays(400), Duration.ofDays(-800))) {
            clock.advance(step);
            server.post(5);
            Checkpoint next = server.awaitSize(last.size() + 5);
            server.assertConsistent(last, next);
            server.awaitState("signing");
            last = next;
        }
        server.close();
        clock.advance(Duration.ofDays(-30));
        server = SigningServer.at(clock, directory);
        server.post(5);

        server.assertConsistent(last, server.awaitSize(last.size() + 5));
        server.awaitState("signing");
    }

    /** Each read takes as long as a good many of them should. */
    @Test
    void diskThatIsSlow_whileTheTreeCatchesUp_isNoAlarm() {
        server = SigningServer.start(directory, Map.of("EVIDENCE", "off"));
        for (int i = 0; i < 5; i++) {
            server.post(1_000);
        }
        server.close();
        server = SigningServer.readingThrough(HinderedSignerTest::slow, directory);
        Set<String> states = new HashSet<>();
        server.await("the tree", () -> {
            server.post(SampleEvents.any());
            states.add(server.client().getJson("/v1/log").getString("state"));
            return states.contains("signing");
        });
        server.awaitSize(5_000);

        assertThat(states).contains("catching-up").isSubsetOf("starting", "catching-up", "signing");
    }

    private static LogReader slow(LogReader log) {
        return new ForwardingLog(log) {
            @Override
            public Future<List<StoredEvent>> read(long fromSeq, int limit) {
                return Vertx.currentContext()
                        .owner()
                        .timer(SLOW_READ.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(late -> super.read(fromSeq, limit));
            }
        };
    }

    @Test
    void checkpointFileThatCannotBeWritten_getsTheCheckpointAfterwards() throws IOException {
        Path file = directory.resolve("mount/checkpoints.log");
        server = SigningServer.start(directory, Map.of("CHECKPOINT_FILE", file.toString(), "CHECKPOINT_EVERY", "1h"));
        server.post(1);
        VerifierKey key = server.key();
        server.awaitSize(1);
        Files.createDirectory(file.getParent());

        server.await("the checkpoint", () -> size(file) > 0);
        assertThat(SignedNote.parse(Files.readString(file).replaceAll("\n+$", "\n"))
                        .verifiedBy(key))
                .isTrue();
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    /** To open a pipe blocks until somebody reads it. */
    @Test
    void checkpointFileThatHangs_stopsNeitherTheSignerNorTheServer() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        server = SigningServer.start(directory, Map.of("CHECKPOINT_FILE", pipe.toString(), "CHECKPOINT_EVERY", "1s"));
        try {
            server.post(1);
            Checkpoint first = server.awaitSize(1);
            server.post(1);
            server.awaitSize(first.size() + 1);
            server.close();
        } finally {
            // Not for reading alone, which would block as well if nobody writes.
            FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    .close();
        }
    }

    @Test
    void webhookThatFails_getsTheCheckpointAfterwards() throws IOException {
        List<String> bodies = new CopyOnWriteArrayList<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/notes", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(bodies.size() == 1 ? 500 : 204, -1);
            exchange.close();
        });
        receiver.start();
        try {
            server = SigningServer.start(
                    directory,
                    Map.of(
                            "CHECKPOINT_WEBHOOK",
                            "http://127.0.0.1:" + receiver.getAddress().getPort() + "/notes?token=x",
                            "CHECKPOINT_EVERY",
                            "1h"));
            server.post(1);
            VerifierKey key = server.key();

            server.await("a second try", () -> bodies.size() == 2);
            assertThat(SignedNote.parse(bodies.get(1)).verifiedBy(key)).isTrue();
        } finally {
            receiver.stop(0);
        }
    }

    /** Written down, and then the process ended: before the key was made, or after. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void crashWhileALogIsBegun_losesNeitherTheKeyNorTheEvents(boolean afterTheKey) {
        server = SigningServer.start(directory, Map.of("EVIDENCE", "off"));
        server.post(5);
        server.close();
        SignerFiles files = new SignerFiles(SentinelConfig.fromEnvironment(Map.of("DATA_DIR", directory.toString()))
                .evidence()
                .signingKey());
        SigningKey key = SigningKey.generate("sentinel-log/x/1", new SecureRandom());
        Beginning beginning = new Beginning(
                1, key, List.of(AdminEvent.of(ActorType.SYSTEM, "log.begun", Instant.now(), Map.of("a", "b"))), 5);
        files.begin(beginning);
        try (SqliteNumberedLog log = SqliteNumberedLog.open(directory.resolve(LOG))) {
            log.begin(1);
        }
        if (afterTheKey) {
            files.install(beginning);
        }
        server = SigningServer.start(directory);

        assertThat(server.awaitSize(5).origin()).isEqualTo("sentinel-log/x/1");
        assertThat(server.awaitAct("log.begun").getString("a")).isEqualTo("b");
        assertThat(server.awaitAct("log.sealed").getString("events")).isEqualTo("5");
        server.await("all done", () -> files.beginning(1).equals(Optional.empty()));
    }
}
