package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.cli.VerifyCommand;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.EntryBundle;
import dev.sentinel.audit.evidence.tlog.ProofCheck;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TlogProof;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A server signs its log, and what it serves verifies, with nothing but the formats, whatever its database. */
@Timeout(60)
abstract class SignedLogContract {
    @TempDir
    Path directory;

    SigningServer server;

    /** The configuration of the database. */
    abstract Map<String, String> database();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void proof_ofACapturedEvent_verifiesAgainstTheKey() {
        start(Map.of());
        UUID id = UUID.randomUUID();
        server.post(600);
        String receipt = new JsonObject(server.post(SampleEvents.of(id))).getString("leaf_hash");
        server.post(10);

        HttpResponse<String> answer = server.client().get("/v1/events/" + id + "/proof?wait=5s");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        TlogProof proof = TlogProof.parse(answer.body());
        SignedNote note = SignedNote.parse(proof.checkpointNote());
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        TreeHash leaf = TreeHash.leaf(proof.extra().orElseThrow());

        assertThat(note.verifiedBy(server.key())).isTrue();
        assertThat(leaf.hex()).isEqualTo(receipt);
        assertThat(ProofCheck.inclusion(leaf, proof.index(), checkpoint.size(), proof.hashes(), checkpoint.root()))
                .isTrue();
    }

    @Test
    void checkpoint_aSecondAfterTheCommit_coversTheEvent() {
        start(Map.of());
        server.post(1);
        server.awaitSize(1);
        for (int i = 0; i < 3; i++) {
            long began = System.nanoTime();
            long size = server.checkpoint().size();
            server.post(SampleEvents.any());
            server.awaitSize(size + 1);
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(1_500));
        }
    }

    @Test
    void tiles_all_giveTheRootOfTheCheckpoint() {
        start(Map.of());
        server.post(1_000);
        Checkpoint checkpoint = server.awaitSize(1_000);
        long size = checkpoint.size();
        TreeEdge tree = new TreeEdge();
        TreeEdge ofEntries = new TreeEdge();
        for (long n = 0; n * Tile.WIDTH < size; n++) {
            int width = new TileId(0, n).widthAt(size);
            tree.append(bytes("/log/" + new TileId(0, n).path(width)));
            for (byte[] entry : EntryBundle.decode(bytes("/log/" + TileId.entriesPath(n, width)))) {
                ofEntries.append(TreeHash.leaf(entry));
            }
        }

        assertThat(tree.root()).isEqualTo(checkpoint.root());
        assertThat(ofEntries.root()).isEqualTo(checkpoint.root());
        int upper = new TileId(1, 0).widthAt(size);
        assertThat(bytes("/log/" + new TileId(1, 0).path(upper))).hasSize(upper * TreeHash.BYTES);
        assertThat(bytes("/log/tile/0/000.p/3")).isEqualTo(Arrays.copyOf(bytes("/log/tile/0/000"), 96));
    }

    @Test
    void entries_clientThatAcceptsGzip_getsThemSmaller() throws Exception {
        start(Map.of());
        server.post(256);
        server.awaitSize(256);
        String path = "/log/tile/entries/000";
        HttpResponse<byte[]> answer = server.client().get(BodyHandlers.ofByteArray(), path, "Accept-Encoding", "gzip");

        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.headers().firstValue("Vary")).contains("accept-encoding");
        byte[] entries = bytes(path);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                .isEqualTo(entries);
        assertThat(answer.body()).hasSizeLessThan(entries.length / 2);
    }

    @Test
    void tile_beyondTheCheckpointOrOfAnotherForm_isNotFound() {
        start(Map.of());
        server.post(300);
        server.awaitSize(300);

        for (String path : List.of(
                "/log/tile/0/001",
                "/log/tile/0/001.p/255",
                "/log/tile/0/x000/001.p/1",
                "/log/tile/0/1.p/1",
                "/log/tile/64/000",
                "/log/tile/0/000.p/0",
                "/log/tile/0/000.p/256",
                "/log/tile/entries/002.p/1",
                "/log/tile/",
                "/log/tile/0/../0/000",
                "/log/other")) {
            assertThat(server.client().get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void consistency_betweenAnySizes_verifies() {
        start(Map.of());
        server.post(300);
        Checkpoint first = server.awaitSize(300);
        server.post(500);
        Checkpoint second = server.awaitSize(first.size() + 500);

        List<TreeHash> proof = server.client()
                .get("/v1/log/consistency?from=" + first.size() + "&to=" + second.size())
                .body()
                .lines()
                .map(TreeHash::parse)
                .toList();

        assertThat(ProofCheck.consistency(first.size(), second.size(), proof, first.root(), second.root()))
                .isTrue();
        assertThat(server.client().get("/v1/log/consistency?from=2&to=1").statusCode())
                .isEqualTo(422);
        assertThat(server.client().get("/v1/log/consistency?from=0&to=1000000").statusCode())
                .isEqualTo(404);
        assertThat(server.client().get("/v1/log/consistency?from=1").statusCode())
                .isEqualTo(422);
    }

    @Test
    void restart_any_goesOnWithTheSameTree() {
        start(Map.of());
        server.post(700);
        Checkpoint before = server.awaitSize(700);
        server.close();
        start(Map.of());
        Checkpoint found = server.awaitSize(before.size());
        server.post(5);
        Checkpoint after = server.awaitSize(found.size() + 5);

        assertThat(after.origin()).isEqualTo(before.origin());
        server.assertConsistent(before, after);
    }

    @Test
    void stop_lastEvents_areCoveredByACheckpointInTheFile() throws Exception {
        Path file = directory.resolve("checkpoints.log");
        start(Map.of("CHECKPOINT_FILE", file.toString(), "CHECKPOINT_EVERY", "1h"));
        server.post(10);
        VerifierKey key = server.key();
        server.close();

        String[] notes = Files.readString(file, UTF_8).split("(?<=\\n)\\n(?=sentinel-log)", -1);
        SignedNote last = SignedNote.parse(notes[notes.length - 1].replaceAll("\\n+$", "\n"));
        assertThat(last.verifiedBy(key)).isTrue();
        start(Map.of());
        // The events of the start of the log itself may have come before or after the last checkpoint.
        assertThat(Checkpoint.parse(last.text()).size()).isGreaterThanOrEqualTo(10);
        server.assertConsistent(
                Checkpoint.parse(last.text()),
                server.awaitSize(Checkpoint.parse(last.text()).size()));
    }

    @Test
    void publicLog_clientsWithoutATokenThatAskTooOften_areLimited() {
        start(Map.of("LOG_ACCESS", "public", "API_TOKEN", "a-token-of-this-test", "RATE_LIMIT", "3/hour"));
        List<Integer> statuses = IntStream.range(0, 5)
                .mapToObj(i -> server.client().get("/log/key").statusCode())
                .toList();

        assertThat(statuses.subList(0, 3)).doesNotContain(429);
        assertThat(statuses.subList(3, 5)).containsExactly(429, 429);
    }

    @Test
    void evidence_off_servesNoneAndSaysSo() {
        start(Map.of("EVIDENCE", "off"));
        server.post(1);

        assertThat(server.client().get("/log/checkpoint").statusCode()).isEqualTo(404);
        assertThat(Files.exists(directory.resolve("signer"))).isFalse();
        assertThat(new JsonObject(server.post(SampleEvents.any())).getString("leaf_hash"))
                .hasSize(64);
    }

    @Test
    void ready_signing_showsTheState() {
        start(Map.of());
        server.post(1);
        server.awaitSize(1);

        String ready = server.client().get("/health/ready").body();
        assertThat(ready).contains("\"evidence\"");
        assertThat(server.client().get("/metrics").body())
                .contains("sentinel_evidence_state{state=\"signing\"} 1.0")
                .contains("sentinel_evidence_size ");
        JsonObject log = server.client().getJson("/v1/log");
        assertThat(log.getString("state")).isEqualTo("signing");
        assertThat(log.getLong("size")).isEqualTo(server.awaitSize(1).size());
    }

    @Test
    void begin_logThatHasEvents_isRecordedInTheLog() {
        start(Map.of("EVIDENCE", "off"));
        server.post(5);
        server.close();
        start(Map.of());

        assertThat(server.awaitAct("log.begun").getString("vkey"))
                .isEqualTo(server.key().toString());
        assertThat(server.awaitAct("log.sealed").getString("events")).isEqualTo("5");
    }

    /** The file, the key and nothing else. */
    @Test
    void export_ofEverything_provesThatItIsComplete() throws Exception {
        start(Map.of());
        server.post(700);
        server.awaitSize(700);
        Path file = directory.resolve("export.ndjson");
        Files.writeString(file, server.client().get("/v1/events/export").body());
        List<String> lines = Files.readAllLines(file);
        JsonObject end = new JsonObject(lines.get(lines.size() - 1));

        assertThat(end.getJsonObject("tree").getLong("size")).isEqualTo(700);
        assertThat(verify(file)).isEqualTo(0);
        assertThat(server.awaitAct("export.end").getString("leaves_sha256")).isEqualTo(end.getString("leaves_sha256"));
        Files.write(file, lines.subList(0, lines.size() - 1));
        assertThat(verify(file)).isEqualTo(5);
        Files.write(file, lines.subList(1, lines.size()));
        assertThat(verify(file)).isEqualTo(4);
        Files.writeString(
                file, server.client().get("/v1/events/export?status=success").body());
        assertThat(verify(file)).isEqualTo(3);
    }

    private int verify(Path export) {
        return new CommandLine(new VerifyCommand())
                .setOut(new PrintWriter(Writer.nullWriter()))
                .setErr(new PrintWriter(Writer.nullWriter()))
                .execute("--export", export.toString(), "--key", server.key().toString());
    }

    final void start(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(database());
        all.putAll(environment);
        server = SigningServer.start(directory, all);
    }

    private byte[] bytes(String path) {
        HttpResponse<byte[]> answer = server.client().get(BodyHandlers.ofByteArray(), path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("private, max-age=31536000, immutable");
        return answer.body();
    }
}
