package dev.sentinel.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.cli.VerifyCommand;
import dev.sentinel.audit.cli.witness.WitnessServer;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.Policy;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.TlogProof;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A server and the witnesses that it asks, over HTTP. */
@Timeout(90)
final class WitnessedLogTest {
    private static final String WITNESSED = "/log/checkpoint?witnessed=true";

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path directory;

    private Path data;
    private VerifierKey log;
    private SigningServer server;
    private WitnessServer witness;

    @BeforeEach
    void begin() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        server = SigningServer.start(data);
        server.post(10);
        server.awaitSize(10);
        log = server.key();
        server.close();
        witness = witness("w1", 0);
    }

    @AfterEach
    void stop() {
        server.close();
        witness.close().await();
        vertx.close().await();
    }

    private WitnessServer witness(String name, int port) {
        return WitnessServer.start(
                        vertx,
                        directory.resolve(name + ".key"),
                        Optional.of(name + ".example.com"),
                        directory.resolve(name + ".state"),
                        List.of(log),
                        "127.0.0.1",
                        port,
                        Clock.systemUTC())
                .await();
    }

    @Test
    void checkpoint_cosigned_isServedAndVerifiesByThePolicy() throws IOException {
        start(policy("witness w1 " + witness.key() + " " + url(witness.port()), "quorum w1"));
        SignedNote note = awaitWitnessed();

        Policy served = Policy.parse(server.client().get("/log/policy").body());
        assertThat(served.satisfiedBy(note)).isTrue();
        assertThat(note.verifiedBy(witness.key())).isTrue();
        JsonObject status = server.client().getJson("/v1/log");
        JsonObject w1 = status.getJsonArray("witnesses").getJsonObject(0);
        assertThat(w1.getString("name")).isEqualTo("w1");
        assertThat(w1.getString("state")).isEqualTo("cosigned");
        assertThat(w1.getLong("size")).isGreaterThanOrEqualTo(10);
        assertThat(w1.getInteger("age_seconds")).isLessThan(20);
        assertThat(status.getLong("witnessed_size")).isGreaterThanOrEqualTo(10);
        assertThat(server.client().get("/metrics").body())
                .contains("sentinel_evidence_witness_age_seconds{witness=\"w1\"}")
                .contains("sentinel_evidence_witness_size{witness=\"w1\"} 1");
        // No event came since, so it is the newest one too.
        assertThat(SignedNote.parse(server.client().get("/log/checkpoint").body())
                        .verifiedBy(witness.key()))
                .isTrue();
    }

    @Test
    void proofAndTiles_witnessed_verifyWithThePolicyAlone() throws IOException {
        Path policy = policy("log " + log, "witness w1 " + witness.key() + " " + url(witness.port()), "quorum w1");
        start(policy);
        String id = new JsonObject(server.post(SampleEvents.any())).getString("event_id");
        String path = "/v1/events/" + id + "/proof?witnessed=true&wait=10s";
        server.await("a witnessed proof", () -> server.client().get(path).statusCode() == 200);
        String proof = server.client().get(path).body();
        assertThat(SignedNote.parse(TlogProof.parse(proof).checkpointNote()).verifiedBy(witness.key()))
                .isTrue();
        Path file = Files.writeString(directory.resolve("event.tlog-proof"), proof);

        assertThat(verify("--proof", file.toString(), "--policy", policy.toString()))
                .contains("result=VERIFIED", "anchor=witnesses");
        server.await(
                "a witnessed newest checkpoint",
                () -> SignedNote.parse(server.client().get("/log/checkpoint").body())
                        .verifiedBy(witness.key()));
        assertThat(verify("--url", url(server.client().port()), "--policy", policy.toString()))
                .contains("result=VERIFIED", "anchor=witnesses");
    }

    /** The word of the log is not enough for those who ask for witnesses. */
    @Test
    void proof_notWitnessed_isNotVerifiedByThePolicy() throws IOException {
        server = SigningServer.start(data);
        String id = new JsonObject(server.post(SampleEvents.any())).getString("event_id");
        Path file = Files.writeString(
                directory.resolve("event.tlog-proof"),
                server.client().get("/v1/events/" + id + "/proof?wait=10s").body());
        Path policy = policy("log " + log, "witness w1 " + witness.key(), "quorum w1");

        assertThat(verify("--proof", file.toString(), "--policy", policy.toString()))
                .contains("result=CONSISTENT", "have not cosigned");
        assertThat(verify("--proof", file.toString(), "--key", log.toString())).contains("result=VERIFIED");
    }

    @Test
    void quorum_ofTwo_needsBoth() throws IOException {
        WitnessServer second = witness("w2", 0);
        int port = second.port();
        VerifierKey key = second.key();
        second.close().await();
        start(policy(
                "witness w1 " + witness.key() + " " + url(witness.port()),
                "witness w2 " + key + " " + url(port),
                "group both all w1 w2",
                "quorum both"));
        server.await("w1", () -> server.client().getJson("/v1/log").toString().contains("cosigned"));
        server.await("w2", () -> server.client().getJson("/v1/log").toString().contains("failing"));
        assertThat(server.client().get(WITNESSED).statusCode()).isEqualTo(404);
        // It is not waited for.
        server.post(5);
        server.awaitSize(15);

        second = witness("w2", port);
        try {
            SignedNote note = awaitWitnessed();
            assertThat(note.verifiedBy(witness.key())).isTrue();
            assertThat(note.verifiedBy(key)).isTrue();
        } finally {
            second.close().await();
        }
    }

    /** The whole machine is put back to yesterday: log, key and memory. Only the witness can tell. */
    @Test
    void machinePutBack_isAFork_andGoesOn() throws IOException {
        Path yesterday = copy(data, directory.resolve("yesterday"));
        Path policy = policy("witness w1 " + witness.key() + " " + url(witness.port()), "quorum w1");
        start(policy);
        server.post(90);
        server.await("w1", () -> seen() >= 100);
        server.close();
        data = yesterday;
        start(policy);
        server.awaitState("fork");

        assertThat(server.client().getJson("/v1/log").toString()).contains("it has seen 100 events");
        server.awaitReady("fork");
        assertThat(server.client().get("/metrics").body()).contains("sentinel_evidence_state{state=\"fork\"} 1.0");
        server.post(5);
        assertThat(server.awaitSize(15).origin()).isEqualTo(log.name());
        // When it has grown past what was seen, the trees differ all the same.
        server.post(200);
        server.await(
                "the other tree",
                () -> server.client().getJson("/v1/log").toString().contains("does not begin with"));
        server.awaitState("fork");
    }

    /** The answer was lost, or the server forgot: the witness says what it has seen. */
    @Test
    void restart_asksOnFromWhatTheWitnessHasSeen() throws IOException {
        Path policy = policy("witness w1 " + witness.key() + " " + url(witness.port()), "quorum w1");
        start(policy);
        awaitWitnessed();
        server.close();
        start(policy);
        server.post(300);

        server.await("w1", () -> seen() >= 310);
    }

    /** The witness is away; a proof under its cosignature is to be had all the same. */
    @Test
    void restart_whileTheWitnessIsAway_servesWhatItHasCosigned() throws IOException {
        Path policy = policy("log " + log, "witness w1 " + witness.key() + " " + url(witness.port()), "quorum w1");
        start(policy);
        String id = new JsonObject(server.post(SampleEvents.any())).getString("event_id");
        String path = "/v1/events/" + id + "/proof?witnessed=true";
        server.await("a witnessed proof", () -> server.client().get(path).statusCode() == 200);
        long cosigned = awaitWitnessedSize();
        witness.close().await();
        server.post(300);
        server.awaitSize(cosigned + 300);
        server.close();

        start(policy);

        server.await("a witnessed proof", () -> server.client().get(path).statusCode() == 200);
        assertThat(awaitWitnessedSize()).isEqualTo(cosigned);
        Path proof = Files.writeString(
                directory.resolve("event.tlog-proof"), server.client().get(path).body());
        assertThat(verify("--proof", proof.toString(), "--policy", policy.toString()))
                .contains("result=VERIFIED", "anchor=witnesses");
    }

    /** Of another log, or of a tree that is not this one. */
    @Test
    void restart_keptCheckpointThatDoesNotFit_isNotServed() throws IOException {
        Path policy = policy("log " + log, "witness w1 " + witness.key() + " " + url(witness.port()), "quorum w1");
        start(policy);
        long cosigned = awaitWitnessedSize();
        server.close();
        witness.close().await();
        Path kept = data.resolve("signer/log.key.witnessed");
        Files.writeString(kept, Files.readString(kept).replaceFirst("\n" + cosigned + "\n", "\n1\n"));

        start(policy);
        server.post(1);
        server.awaitSize(cosigned + 1);
        server.await("w1", () -> server.client().getJson("/v1/log").toString().contains("failing"));

        assertThat(server.client().get(WITNESSED).statusCode()).isEqualTo(404);
    }

    private long awaitWitnessedSize() {
        return Checkpoint.parse(awaitWitnessed().text()).size();
    }

    private long seen() {
        return server.client()
                .getJson("/v1/log")
                .getJsonArray("witnesses")
                .getJsonObject(0)
                .getLong("size", 0L);
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    private Path policy(String... lines) throws IOException {
        return Files.writeString(directory.resolve("policy"), String.join("\n", lines) + "\n");
    }

    private void start(Path policy) {
        server = SigningServer.start(data, Map.of("WITNESS_POLICY", policy.toString(), "CHECKPOINT_EVERY", "1s"));
    }

    private SignedNote awaitWitnessed() {
        server.await(
                "a witnessed checkpoint", () -> server.client().get(WITNESSED).statusCode() == 200);
        SignedNote note = SignedNote.parse(server.client().get(WITNESSED).body());
        assertThat(Checkpoint.parse(note.text()).origin()).isEqualTo(log.name());
        return note;
    }

    private static String verify(String... arguments) {
        StringWriter out = new StringWriter();
        new CommandLine(new VerifyCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments);
        return out.toString();
    }
}
