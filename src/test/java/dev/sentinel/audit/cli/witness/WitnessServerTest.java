package dev.sentinel.audit.cli.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.evidence.tlog.AddCheckpoint;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.Cosignature;
import dev.sentinel.audit.evidence.tlog.NoteSignature;
import dev.sentinel.audit.evidence.tlog.Proofs;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What c2sp.org/tlog-witness asks of a witness, rule by rule, over HTTP. */
final class WitnessServerTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final SigningKey log = SigningKey.generate("audit.example.com/log/1", new SecureRandom());

    @TempDir
    private Path directory;

    private WitnessServer server;

    @BeforeEach
    void start() {
        server = open();
    }

    private WitnessServer open() {
        return WitnessServer.start(
                        vertx,
                        directory.resolve("w.key"),
                        Optional.of("witness.example.com/w1"),
                        directory.resolve("w.state"),
                        List.of(log.verifierKey()),
                        "127.0.0.1",
                        0,
                        Clock.fixed(NOW, ZoneOffset.UTC))
                .await();
    }

    @AfterEach
    void stop() {
        server.close().await();
        vertx.close().await();
    }

    @Test
    void firstCheckpoint_isCosignedWithTheTime() {
        SignedNote note = note(log, 10, "a");
        HttpResponse<String> answer = post(new AddCheckpoint(0, List.of(), note));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        NoteSignature cosignature = NoteSignature.parse(answer.body().strip());
        assertThat(note.with(List.of(cosignature)).verifiedBy(server.key())).isTrue();
        assertThat(Cosignature.time(cosignature)).isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 255, 256, 300})
    void largerTreeWithAProof_isCosigned(long size) {
        post(new AddCheckpoint(0, List.of(), note(log, 10, "a")));

        assertThat(post(new AddCheckpoint(10, proof(10, size, "a"), note(log, size, "a")))
                        .statusCode())
                .isEqualTo(200);
    }

    /** While the old key of a log signs beside the new one, a witness needs to know only one of them. */
    @Test
    void checkpointOfTwoKeys_isCosignedUntilTheKnownOneEnds() {
        SigningKey next = SigningKey.generate(log.verifierKey().name(), new SecureRandom());
        SignedNote first = note(next, 10, "a");
        SignedNote both = first.with(List.of(log.sign(first.text())));

        assertThat(post(new AddCheckpoint(0, List.of(), both)).statusCode()).isEqualTo(200);
        assertThat(post(new AddCheckpoint(10, proof(10, 20, "a"), note(next, 20, "a")))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void otherOldSize_getsTheSizeThatWasSeen() {
        post(new AddCheckpoint(0, List.of(), note(log, 10, "a")));
        HttpResponse<String> answer = post(new AddCheckpoint(0, List.of(), note(log, 20, "a")));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).isEqualTo("10\n");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/x.tlog.size");
    }

    @Test
    void treeThatDoesNotContinue_isRefused_andChangesNothing() {
        post(new AddCheckpoint(0, List.of(), note(log, 10, "a")));

        assertThat(post(new AddCheckpoint(10, proof(10, 20, "b"), note(log, 20, "b")))
                        .statusCode())
                .isEqualTo(422);
        assertThat(post(new AddCheckpoint(10, List.of(), note(log, 20, "a"))).statusCode())
                .isEqualTo(422);
        assertThat(post(new AddCheckpoint(10, proof(10, 20, "a"), note(log, 20, "a")))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void otherTreeOfTheSameSize_isAConflictWithoutASize() {
        post(new AddCheckpoint(0, List.of(), note(log, 10, "a")));
        HttpResponse<String> answer = post(new AddCheckpoint(10, List.of(), note(log, 10, "b")));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void smallerTree_isRefused() {
        post(new AddCheckpoint(0, List.of(), note(log, 10, "a")));

        assertThat(post(new AddCheckpoint(10, List.of(), note(log, 9, "a"))).statusCode())
                .isEqualTo(400);
    }

    @Test
    void otherLogsAndKeys_areRefused() {
        SigningKey other = SigningKey.generate("audit.example.com/log/2", new SecureRandom());
        SigningKey stranger = SigningKey.generate("audit.example.com/log/1", new SecureRandom());

        assertThat(post(new AddCheckpoint(0, List.of(), note(other, 10, "a"))).statusCode())
                .isEqualTo(404);
        assertThat(post(new AddCheckpoint(0, List.of(), note(stranger, 10, "a")))
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "old 0",
                "old -1\n\nx\n",
                "old 01\n\nx\n",
                "size 0\n\nx\n",
                "old 0\nnot base64\n\nx\n1\n\n\u2014 x AAAA\n",
                "old 0\n\naudit.example.com/log/1\n10\n"
            })
    void malformedRequest_isRefused(String body) {
        assertThat(post(body).statusCode()).isEqualTo(400);
    }

    @Test
    void largeRequest_isRefused() {
        assertThat(post("old 0\n".repeat(10_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void restart_remembersWhatWasSeen() {
        post(new AddCheckpoint(0, List.of(), note(log, 10, "a")));
        server.close().await();
        server = open();

        assertThat(post(new AddCheckpoint(0, List.of(), note(log, 10, "b"))).body())
                .isEqualTo("10\n");
    }

    /** What cannot be remembered must not be cosigned. */
    @Test
    void memoryThatCannotBeWritten_isNotCosigned() throws IOException {
        Path obstacle = Files.createDirectories(directory.resolve("w.state.partial/x"));
        assertThat(post(new AddCheckpoint(0, List.of(), note(log, 10, "a"))).statusCode())
                .isEqualTo(503);
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());

        assertThat(post(new AddCheckpoint(0, List.of(), note(log, 10, "a"))).statusCode())
                .isEqualTo(200);
    }

    @Test
    void keyWithoutItsMemory_isRefused() throws IOException {
        server.close().await();
        Path state = directory.resolve("w.state");
        byte[] kept = Files.readAllBytes(state);
        Files.delete(state);
        assertThatThrownBy(this::open).hasMessageContaining("nobody knows what the key has cosigned");

        Files.write(state, kept);
        server = open();
    }

    @Test
    void secondWitnessWithTheSameMemory_isRefused() {
        assertThatThrownBy(this::open).hasMessageContaining("another witness uses");
    }

    @Test
    void monitor_findsTheNewestCheckpoint() {
        post(new AddCheckpoint(0, List.of(), note(log, 10, "a")));
        String hash = TreeHash.of(Sha256.of(log.verifierKey().name())).hex();
        SignedNote note = SignedNote.parse(get("/" + hash + "/checkpoint").body());

        assertThat(note.verifiedBy(server.key())).isTrue();
        assertThat(note.verifiedBy(log.verifierKey())).isTrue();
        assertThat(get("/" + "0".repeat(64) + "/checkpoint").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    private static TreeEdge tree(long size, String history) {
        TreeEdge edge = new TreeEdge();
        for (long i = 0; i < size; i++) {
            edge.append(TreeHash.leaf((history + i).getBytes(StandardCharsets.UTF_8)));
        }
        return edge;
    }

    private static SignedNote note(SigningKey key, long size, String history) {
        String text = new Checkpoint(
                        key.verifierKey().name(), size, tree(size, history).root())
                .text();
        return new SignedNote(text, List.of(key.sign(text)));
    }

    private static List<TreeHash> proof(long from, long to, String history) {
        TreeEdge edge = tree(to, history);
        return Proofs.consistency(
                from,
                to,
                id -> id.level() == 0 && id.index() == 0 && to >= 256 ? full(history) : edge.partial(id.level()));
    }

    private static byte[] full(String history) {
        return tree(256, history).takeFull().get(0).hashes();
    }

    private HttpResponse<String> post(AddCheckpoint request) {
        return post(request.toString());
    }

    private HttpResponse<String> post(String body) {
        return send(HttpRequest.newBuilder(uri("/add-checkpoint"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
