package dev.sentinel.audit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.verify.SignedLog;
import dev.sentinel.audit.store.sqlite.LogFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * What can be done to a log, and what the command says of it. A log of 1,000 events; checkpoint A was kept elsewhere at
 * 600, and B at 1,000.
 */
final class VerifyCommandTest {
    private static final SignedLog LOG = SignedLog.random(1_000, 1);
    private static final String KEPT = "checkpoint:2026-11-27T10:00:00Z";
    private static final String EXPORTED = "export:2026-11-27T10:00:00.000001Z";

    @TempDir
    private Path directory;

    @TempDir
    private Path elsewhere;

    private final StringWriter printed = new StringWriter();
    private Path db;
    private Path a;
    private Path b;

    @BeforeEach
    void keepCheckpoints() throws Exception {
        db = directory.resolve("sentinel_audit.db");
        a = note("a.note", LOG.first(600).note().toString());
        b = note("b.note", LOG.note().toString());
    }

    @Test
    void db_unchanged_isVerifiedUpToTheCheckpoint() throws Exception {
        LOG.write(db);

        assertThat(verify("--db", db, "--checkpoint", a, "--checkpoint", b, "--key", LOG.vkey()))
                .isZero();
        assertLastLine("VERIFIED", 1_000, 1_000, KEPT, "pinned");
        assertThat(verify("--db", db, "--checkpoint", a, "--key", LOG.vkey())).isEqualTo(3);
        assertLastLine("PARTLY_ANCHORED", 1_000, 1_000, KEPT, "pinned");
        assertPrinted("The last 400 events, from seq 600 on, are newer than the checkpoint.");
        assertThat(verify("--db", db, "--checkpoint", b)).isEqualTo(3);
        assertLastLine("UNPINNED", 1_000, 1_000, KEPT, "none");
        assertThat(verify("--db", db)).isEqualTo(3);
        assertLastLine("CONSISTENT", 1_000, 1_000, "none", "none");
        assertThat(verify("--db", db, "--key", LOG.vkey())).isEqualTo(3);
        assertLastLine("CONSISTENT", 1_000, 1_000, "none", "pinned");
    }

    /** No file appears beside it, and nothing of it changes. */
    @Test
    void db_verified_isOnlyRead() throws Exception {
        LOG.write(db);
        List<String> before = directoryWithSizes();

        verify("--db", db, "--checkpoint", b, "--key", LOG.vkey());

        assertThat(directoryWithSizes()).isEqualTo(before);
    }

    @Test
    void db_oneCharacterEdited_namesTheEvent() throws Exception {
        LOG.write(db);
        LogFiles.run(db, "UPDATE audit_events SET metadata = '{\"approved\":true}' WHERE seq = 300");

        assertThat(verify("--db", db, "--checkpoint", a, "--key", LOG.vkey())).isEqualTo(4);
        assertLastLine("ALTERED", 1_000, 1_000, KEPT, "pinned");
        assertPrinted("seq 300 is not the event that was hashed when it was stored.");
        assertThat(printed.toString()).doesNotContain("seq 299 ", "seq 301 ");
        assertThat(verify("--db", db)).isEqualTo(4);
        assertPrinted("seq 300 is not the event");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latency_ms = coalesce(latency_ms, 0) + 1",
                "event_id = upper(event_id) || ' '",
                "timestamp = '2026-11-02T08:05:13.886001Z'",
                "trace_id = trace_id || 'x'",
                "redacted = '{}'",
                "submitted_by = 'other'",
                "received_at = '2026-11-02T08:05:13.886001Z'",
                "resource_seal = zeroblob(16)",
                "metadata_seal = zeroblob(32)",
                "metadata_seal = zeroblob(3)",
                "metadata = 'no JSON'",
                "metadata = '{},\"extra\":1'",
                "resource = x'00'",
                "metadata = zeroblob(17000000)",
            })
    void db_anyColumnChanged_namesTheEvent(String assignment) throws Exception {
        LOG.write(db);
        LogFiles.run(db, "UPDATE audit_events SET " + assignment + " WHERE seq = 500");

        assertThat(verify("--db", db, "--checkpoint", b, "--key", LOG.vkey())).isEqualTo(4);
        assertPrinted("seq 500 is not ");
        assertThat(lastLine()).startsWith("verify: result=ALTERED log=" + SignedLog.ORIGIN);
    }

    @Test
    void db_lastRowsDeleted_isTruncated() throws Exception {
        LOG.write(db);
        LogFiles.run(db, "DELETE FROM audit_events WHERE seq >= 900");

        assertThat(verify("--db", db, "--checkpoint", b, "--key", LOG.vkey())).isEqualTo(5);
        assertLastLine("TRUNCATED", 900, 1_000, KEPT, "pinned");
        assertPrinted("There are 900 events, and 1000 were signed in " + b + ": 100 are missing at the end");
        assertThat(verify("--db", db)).isEqualTo(5);
        assertPrinted("the tree file has 1000: the last 100 were removed");
    }

    @Test
    void db_olderCopyWithItsTree_isTruncatedForWhoeverKeptACheckpoint() throws Exception {
        LOG.first(900).write(db);

        assertThat(verify("--db", db, "--checkpoint", a, b, "--key", LOG.vkey()))
                .isEqualTo(5);
        assertLastLine("TRUNCATED", 900, 1_000, KEPT, "pinned");
        assertThat(verify("--db", db)).isEqualTo(3);
    }

    @Test
    void db_rowsSwapped_namesBoth() throws Exception {
        LOG.write(db);
        swap(10, 11);

        assertThat(verify("--db", db, "--checkpoint", a, "--key", LOG.vkey())).isEqualTo(4);
        assertPrinted("seq 10 is not the event");
        assertPrinted("seq 11 is not the event");
        assertThat(verify("--db", db)).isEqualTo(4);
    }

    /** Who has the key and the disk can make a log that agrees with itself. */
    @Test
    void db_rebuiltAndSignedAgain_isOnlySeenWithACheckpoint() throws Exception {
        forged().write(db);

        assertThat(verify("--db", db, "--checkpoint", a, "--key", LOG.vkey())).isEqualTo(4);
        assertLastLine("FORK", 1_000, 1_000, KEPT, "pinned");
        assertPrinted(LOG.first(600).note().toLine("sentinel-checkpoint:"));
        assertPrinted(forged().note().toLine("sentinel-checkpoint:"));
        assertThat(verify("--db", db, "--checkpoint", a)).isEqualTo(4);
        assertLastLine("ALTERED", 1_000, 1_000, KEPT, "none");
        assertPrinted("The first 600 events have the root ");
        assertThat(verify("--db", db)).isEqualTo(3);
        assertLastLine("CONSISTENT", 1_000, 1_000, "none", "none");
        assertPrinted("Nothing from outside was given to compare with");
    }

    @Test
    void db_signedByAnotherKey_isForged() throws Exception {
        SignedLog.random(1_000, 1).write(db);

        assertThat(verify("--db", db, "--key", LOG.vkey())).isEqualTo(4);
        assertThat(lastLine()).startsWith("verify: result=FORGED ");
    }

    @Test
    void db_rowsRemovedAndRenumbered_isAltered() throws Exception {
        LOG.write(db);
        LogFiles.run(
                db,
                "DELETE FROM audit_events WHERE seq BETWEEN 400 AND 499",
                "UPDATE audit_events SET seq = seq - 100 WHERE seq >= 500");

        assertThat(verify("--db", db, "--checkpoint", a, b, "--key", LOG.vkey()))
                .isEqualTo(4);
        assertLastLine("ALTERED", 900, 1_000, KEPT, "pinned");
        assertPrinted("seq 400 is not the event");
        Files.delete(directory.resolve("sentinel_audit.tree.db"));
        assertThat(verify("--db", db, "--checkpoint", a, b, "--key", LOG.vkey()))
                .isEqualTo(4);
    }

    @Test
    void db_rowRemovedOrInserted_namesThePosition() throws Exception {
        LOG.write(db);
        LogFiles.run(db, "DELETE FROM audit_events WHERE seq = 5");

        assertThat(verify("--db", db)).isEqualTo(4);
        assertPrinted("seq 5 is missing.");
        LogFiles.run(db, "UPDATE audit_events SET seq = -7 WHERE seq = 6");
        assertThat(verify("--db", db)).isEqualTo(4);
        assertPrinted("seq -7 is not an event that this server could have stored.");
    }

    @Test
    void db_tileChanged_isAltered() throws Exception {
        LOG.write(db);
        LogFiles.run(
                directory.resolve("sentinel_audit.tree.db"),
                "UPDATE tiles SET hashes = zeroblob(8192) WHERE n = 1 AND level = 0");

        assertThat(verify("--db", db, "--checkpoint", b, "--key", LOG.vkey())).isEqualTo(4);
        assertPrinted("seq 256 is not the event");
        assertPrinted("236 more events are not those that were hashed.");
    }

    @Test
    void db_from_readsOnlyTheRowsAfterIt() throws Exception {
        LOG.write(db);
        LogFiles.run(db, "UPDATE audit_events SET metadata = '{\"x\":1}' WHERE seq = 5");

        assertThat(verify("--db", db, "--from", 700, "--checkpoint", b, "--key", LOG.vkey()))
                .isZero();
        assertPrinted("Rows before seq 512 were not read");
        assertThat(verify("--db", db, "--from", 800, "--checkpoint", a, "--key", LOG.vkey()))
                .isEqualTo(3);
        assertPrinted("a.note (size 600) was not compared");
        LogFiles.run(db, "UPDATE audit_events SET metadata = '{\"x\":1}' WHERE seq = 520");
        assertThat(verify("--db", db, "--from", 700, "--checkpoint", b, "--key", LOG.vkey()))
                .isEqualTo(4);
        assertPrinted("seq 520 is not the event");
        Files.delete(directory.resolve("sentinel_audit.tree.db"));
        assertThat(verify("--db", db, "--from", 700, "--checkpoint", b)).isEqualTo(1);
        assertPrinted("--from needs the tree file beside the log");
    }

    /** Events that were stored before events had seals. */
    @Test
    void db_rowsWithoutSeals_haveTheSealsOfTheLegacyKey() throws Exception {
        LogFiles.append(db, LOG.events());
        LogFiles.run(db, "UPDATE audit_events SET resource_seal = NULL, metadata_seal = NULL WHERE seq < 300");
        SignedLog legacy = LOG.with(LogFiles.read(db));
        legacy.writeTree(db);
        Path kept = note("legacy.note", legacy.note().toString());

        assertThat(legacy.root()).isNotEqualTo(LOG.root());
        assertThat(verify("--db", db, "--checkpoint", kept, "--key", LOG.vkey()))
                .isZero();
    }

    @Test
    void db_noLog_couldNotBeChecked() throws Exception {
        Path garbage = Files.write(directory.resolve("garbage.db"), bytes(10_000));
        assertThat(verify("--db", garbage, "--checkpoint", b)).isEqualTo(1);
        assertThat(verify("--db", directory.resolve("none.db"))).isEqualTo(1);
        assertLastLine("NOT_CHECKED", 0, 0, "none", "none", "unknown");
        assertPrinted("Not checked: ");
    }

    @Test
    void checkpoints_oneKeyTwoHistories_areTheProofOfAFork() throws Exception {
        Path other = note("other.note", forged().note().toString());

        assertThat(verify("--checkpoint", b, "--checkpoint", other, "--key", LOG.vkey()))
                .isEqualTo(4);
        assertLastLine("FORK", 0, 1_000, KEPT, "pinned");
        assertPrinted(LOG.root().base64());
        assertPrinted(forged().root().base64());
        assertPrinted(LOG.note().toLine("sentinel-checkpoint:"));
        assertPrinted(forged().note().toLine("sentinel-checkpoint:"));
    }

    /** The log agrees with the newer checkpoint, so the older one is of another history. */
    @Test
    void db_forkOfAnEarlierCheckpoint_printsBothNotes() throws Exception {
        LOG.write(db);
        Path other = note("other.note", forged().first(600).note().toString());

        assertThat(verify("--db", db, "--checkpoint", other, b, "--key", LOG.vkey()))
                .isEqualTo(4);
        assertThat(lastLine()).startsWith("verify: result=FORK ");
        assertPrinted(LOG.note().toLine("sentinel-checkpoint:"));
    }

    @Test
    void checkpoints_anyForm_areRead() throws Exception {
        LOG.write(db);
        String many = LOG.first(600).note() + "" + LOG.first(700).note() + LOG.note();
        for (String text : List.of(
                many,
                LOG.note().toLine("sentinel-checkpoint:"),
                "\r\n  " + LOG.note().toString().replace("\n", "\r\n  ") + "\r\n",
                many.replace("\n", "\r\n"),
                "\uFEFF" + LOG.note().toLine("sentinel-checkpoint:") + "\n\n"
                        + LOG.first(5).note())) {
            Path file = note("any.note", text);
            assertThat(verify("--db", db, "--checkpoint", file, "--key", LOG.vkey()))
                    .as(text)
                    .isZero();
        }
        assertThat(verify(
                        "--db",
                        db,
                        "--checkpoint",
                        note("a.note", LOG.first(600).note() + "" + forged().note())))
                .isEqualTo(4);
    }

    /** Whatever the note, the command ends with a line and a code. */
    @Test
    void checkpoints_hostile_areRefused() throws Exception {
        LOG.write(db);
        String good = LOG.note().toString();
        List<String> hostile = List.of(
                "",
                "garbage",
                good.substring(0, good.length() - 30),
                good.replace("\n\n", "\n"),
                good.replace("1000", "01000"),
                good.replace("1000", "99999999999999999999"),
                "sentinel-checkpoint:AAAA",
                "sentinel-checkpoint:?",
                "\u0000\u0001" + good,
                "x".repeat(100_000));
        for (String text : hostile) {
            assertThat(verify("--db", db, "--checkpoint", note("x.note", text), "--key", LOG.vkey()))
                    .as(text)
                    .isEqualTo(1);
            assertThat(lastLine()).startsWith("verify: result=NOT_CHECKED ");
        }
        String otherName = good.replace(SignedLog.ORIGIN, "other.example.com/log");
        String otherId = good.replaceFirst("(\u2014 \\S+ )..", "$1zz");
        String otherSize = good.replace("\n1000\n", "\n999\n");
        for (String text : List.of(otherName, otherId, otherSize)) {
            assertThat(verify("--db", db, "--checkpoint", note("x.note", text), "--key", LOG.vkey()))
                    .as(text)
                    .isEqualTo(4);
        }
        String line = good.substring(good.indexOf("\u2014"));
        String twenty =
                good + line.replace(SignedLog.ORIGIN, "witness.example.com").repeat(20);
        assertThat(verify("--db", db, "--checkpoint", note("x.note", twenty), "--key", LOG.vkey()))
                .isZero();
    }

    /** A log may sign with the old and the new key for a while; who has either can verify it. */
    @Test
    void key_rotated_oldAndNewNotesAreVerified() throws Exception {
        LOG.write(db);
        SignedLog rotated = SignedLog.random(1_000, 2);
        Path keys = Files.writeString(elsewhere.resolve("keys"), "# new\n" + rotated.vkey() + "\n" + LOG.vkey() + "\n");
        String both = LOG.note().toString()
                + new SignedNote(
                                LOG.note().text(),
                                List.of(rotated.sign(LOG.note().text())))
                        .toString()
                        .substring(LOG.note().text().length() + 1);

        assertThat(verify("--db", db, "--checkpoint", a, b, "--key", keys)).isZero();
        Path signedTwice = note("both.note", both);
        assertThat(verify("--checkpoint", signedTwice, "--checkpoint", b, "--key", keys))
                .isEqualTo(3);
    }

    @Test
    void export_whole_isVerified() throws Exception {
        List<String> lines = LOG.lines(900);
        Collections.shuffle(lines, new Random(1));
        lines.add(LOG.end(lines, 900));
        Path file = SignedLog.file(directory.resolve("export.ndjson"), lines);

        assertThat(verify("--export", file, "--key", LOG.vkey())).isZero();
        assertLastLine("VERIFIED", 900, 1_000, EXPORTED, "pinned");
        assertThat(verify("--export", file, "--key", LOG.vkey(), "--checkpoint", a))
                .isZero();
        assertThat(verify("--export", gzip(file), "--key", LOG.vkey())).isZero();
        assertThat(verify("--export", file)).isEqualTo(3);
        assertLastLine("CONSISTENT", 900, 1_000, "none", "none");
        assertThat(verify("--export", file, "--key", SignedLog.random(1, 1).vkey()))
                .isEqualTo(4);
        assertThat(lastLine()).startsWith("verify: result=FORGED ");
        // Rolled back before the export.
        SignedLog larger = LOG.with(
                concat(LOG.events(), SignedLog.random(1_001, 9).events().subList(1_000, 1_001)));
        Path newer = note("newer.note", larger.note().toString());
        assertThat(verify("--export", file, "--key", LOG.vkey(), "--checkpoint", newer))
                .isEqualTo(5);
    }

    @Test
    void export_cut_isTruncated() throws Exception {
        List<String> lines = LOG.lines(1_000);
        lines.add(LOG.end(lines, 1_000));
        byte[] whole = Files.readAllBytes(SignedLog.file(directory.resolve("export.ndjson"), lines));
        byte[] compressed = Files.readAllBytes(gzip(directory.resolve("export.ndjson")));
        for (double share : List.of(0.3, 0.5, 0.999)) {
            Path cut = Files.write(directory.resolve("cut"), cut(whole, share));
            assertThat(verify("--export", cut, "--key", LOG.vkey())).isEqualTo(5);
            assertThat(lastLine()).startsWith("verify: result=TRUNCATED ");
            assertPrinted(" events, without its last line.");
            Path cutGzip = Files.write(directory.resolve("cut.gz"), cut(compressed, share));
            assertThat(verify("--export", cutGzip, "--key", LOG.vkey())).isEqualTo(5);
        }
    }

    @Test
    void export_lineDropped_isAltered() throws Exception {
        List<String> lines = LOG.lines(1_000);
        lines.remove(300);
        lines.add(LOG.end(lines, 1_000));

        assertExport(lines, 4, "seq 300 is missing.");
        List<String> fixed = LOG.lines(1_000);
        fixed.remove(999);
        fixed.add(LOG.end(fixed, 999).replace("\"size\":999", "\"size\":1000"));
        assertExport(fixed, 4, "seq 999 is missing.");
    }

    @Test
    void export_changed_isAltered() throws Exception {
        List<String> lines = LOG.lines(1_000);
        String end = LOG.end(lines, 1_000);
        lines.set(300, lines.get(300).replaceFirst("\"status\":\"[a-z]+\"", "\"status\":\"changed\""));
        lines.add(end);
        assertExport(lines, 4, "The last line says leaves_sha256 ");

        List<String> twice = LOG.lines(1_000);
        twice.set(301, twice.get(300));
        twice.add(LOG.end(twice, 1_000));
        assertExport(twice, 4, "seq 300 occurs twice.");

        List<String> more = LOG.lines(1_000);
        more.add(LOG.end(more, 900));
        assertExport(more, 4, "seq 999 is behind the end of the tree.");

        List<String> count = LOG.lines(1_000);
        count.add(end.replace("\"events\":1000", "\"events\":1001"));
        assertExport(count, 4, "The last line says events 1001, and the lines have 1000.");

        List<String> behind = LOG.lines(1_000);
        behind.add(end);
        behind.add(LOG.lines(1).get(0));
        assertExport(behind, 4, "Line 1002: there is something behind the last line.");

        List<String> unsealed = LOG.lines(1_000);
        unsealed.set(7, EventWriter.toJson(LOG.events().get(7)));
        unsealed.add(end);
        assertExport(unsealed, 4, "Line 8: the event has no seal.");

        List<String> forged = forged().lines(1_000);
        // The last line of the forged lines, with the tree that was signed.
        String forgedEnd = forged().endOfPart(forged);
        forged.add(forgedEnd.substring(0, forgedEnd.length() - 1) + end.substring(end.indexOf(",\"tree\"")));
        assertExport(forged, 4, "The events do not make the tree that was signed");
    }

    @Test
    void export_filtered_isNeverComplete() throws Exception {
        List<String> lines = LOG.lines(1_000).subList(100, 200);
        List<String> part = new ArrayList<>(lines);
        part.add(LOG.endOfPart(lines));
        assertExport(part, 3, "nor that no other event matches its filter");
        assertLastLine("CONSISTENT", 100, 0, "none", "pinned", "unknown");

        part.remove(50);
        assertExport(part, 4, "The last line says events 100, and the lines have 99.");

        List<String> older = new ArrayList<>(lines);
        older.add(LOG.endOfPart(lines).replaceFirst(",\"leaves_sha256\":\"[0-9a-f]*\"", ""));
        assertExport(older, 3, "An older server wrote this export");
    }

    @Test
    void export_hostile_endsWithALine() throws Exception {
        assertHostileExport(new byte[0], 5);
        assertHostileExport("\n\n".getBytes(UTF_8), 1);
        assertHostileExport(bytes(100_000), 1);
        assertHostileExport("{\"export\":{}}\n".getBytes(UTF_8), 1);
        assertHostileExport("[[[[".repeat(100_000).getBytes(UTF_8), 1);
        assertHostileExport(EventWriter.toJson(LOG.events().get(0)).getBytes(UTF_8), 1);
        String line = LOG.lines(1).get(0) + "\n";
        assertHostileExport((line + "[".repeat(17 << 20)).getBytes(UTF_8), 4);
        assertHostileExport((line + "\u0000\n").getBytes(UTF_8), 4);
        String far = line.replace("\"seq\":0,", "\"seq\":9007199254740991,");
        String end = LOG.end(LOG.lines(1), 1) + "\n";
        assertHostileExport((far + end).getBytes(UTF_8), 4);
        assertHostileExport((line + end.replace("\"size\":1,", "\"size\":9007199254740991,")).getBytes(UTF_8), 4);
        assertHostileExport((line + end.replace("=\\n", "\\n")).getBytes(UTF_8), 4);
        assertHostileExport((line + end.replace("\\n\\n", "\\n")).getBytes(UTF_8), 4);
        // A kilobyte for each megabyte of zeros.
        Path bomb = directory.resolve("bomb.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            for (int i = 0; i < 64; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        assertThat(verify("--export", bomb)).isEqualTo(1);
        assertPrinted("a line has more than 16 MiB");
    }

    @Test
    void proof_ofAnEvent_isVerified() throws Exception {
        Path proof = Files.writeString(
                directory.resolve("event.tlog-proof"), LOG.proof(300).toString());
        Path event = event(LOG.events().get(300));

        assertThat(verify("--proof", proof, "--event", event, "--key", LOG.vkey()))
                .isZero();
        assertLastLine("VERIFIED", 1_000, 1_000, "proof", "pinned");
        assertThat(verify("--proof", proof, "--key", LOG.vkey())).isZero();
        assertThat(verify("--proof", proof, "--event", event)).isEqualTo(3);
        assertThat(verify("--proof", proof, "--event", event(LOG.events().get(301)), "--key", LOG.vkey()))
                .isEqualTo(4);
        assertPrinted("seq 300 is not the event");
        String other = LOG.proof(300).toString().replace("index 300", "index 301");
        assertThat(verify("--proof", Files.writeString(proof, other), "--key", LOG.vkey()))
                .isEqualTo(4);
        assertThat(verify("--proof", Files.writeString(proof, "garbage"), "--key", LOG.vkey()))
                .isEqualTo(1);
        assertThat(verify("--proof", Files.write(proof, bytes(2 << 20)), "--key", LOG.vkey()))
                .isEqualTo(1);
        event = event(LOG.events().get(300));
        String withoutLeaf = LOG.proof(300).toString().replaceFirst("extra .*\n", "");
        assertThat(verify("--proof", Files.writeString(proof, withoutLeaf), "--event", event, "--key", LOG.vkey()))
                .isZero();
        assertThat(verify("--proof", proof, "--key", LOG.vkey())).isEqualTo(1);
        assertThat(verify("--proof", proof, "--event", Files.writeString(event, "{"), "--key", LOG.vkey()))
                .isEqualTo(1);
    }

    @Test
    void tiles_onlyGrown_areVerified() throws Exception {
        LOG.writeTiles(directory);

        assertThat(verify("--tiles", directory, "--checkpoint", a, "--key", LOG.vkey()))
                .isZero();
        assertLastLine("VERIFIED", 1_000, 1_000, KEPT, "pinned");
        assertThat(verify("--tiles", directory, "--key", LOG.vkey())).isEqualTo(3);
        Path forgedNote = note("forged.note", forged().first(600).note().toString());
        assertThat(verify("--tiles", directory, "--checkpoint", forgedNote, "--key", LOG.vkey()))
                .isEqualTo(4);
        byte[] tile = Files.readAllBytes(directory.resolve("tile/1/000.p/3"));
        tile[40]++;
        Files.write(directory.resolve("tile/1/000.p/3"), tile);
        assertThat(verify("--tiles", directory, "--checkpoint", a)).isEqualTo(4);
        assertPrinted("Tile 0 of level 1 is not the one of the leaves.");
        Files.delete(directory.resolve("tile/0/002"));
        assertThat(verify("--tiles", directory, "--checkpoint", a)).isEqualTo(1);
    }

    @Test
    void url_ofAServer_isVerifiedWithItsToken() throws Exception {
        LOG.writeTiles(directory);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/base/log/", exchange -> {
            Path file = directory.resolve(exchange.getRequestURI().getPath().substring("/base/log/".length()));
            boolean allowed = "Bearer t0ken".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            int status = !allowed ? 401 : Files.exists(file) ? 200 : 404;
            byte[] body = status == 200 ? Files.readAllBytes(file) : new byte[100_000];
            exchange.sendResponseHeaders(status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/base/";

            assertThat(verify("--url", url, "--token", "t0ken", "--checkpoint", a, "--key", LOG.vkey()))
                    .isZero();
            assertThat(verify("--url", url, "--token", "other", "--checkpoint", a))
                    .isEqualTo(1);
            assertThat(printed.toString()).contains(" answered 401.").doesNotContain("other");
            Files.write(directory.resolve("checkpoint"), bytes(100_000));
            assertThat(verify("--url", url, "--token", "t0ken")).isEqualTo(1);
            assertPrinted("the answer has more than 65536 bytes");
        } finally {
            server.stop(0);
        }
        assertThat(verify("--url", "http://127.0.0.1:9")).isEqualTo(1);
        assertThat(verify("--url", "ftp://127.0.0.1")).isEqualTo(2);
        assertThat(verify("--url", "http://127.0.0.1:9", "--token", "a\nb")).isEqualTo(2);
    }

    @Test
    void commandLine_wrong_isExit2() throws Exception {
        assertThat(verify()).isEqualTo(2);
        assertThat(verify("--checkpoint", a)).isEqualTo(2);
        assertThat(verify("--db", db, "--export", db)).isEqualTo(2);
        assertThat(verify("--db", db, "--key", "nokey")).isEqualTo(2);
        assertThat(verify("--db", db, "--key", LOG.vkey().replace("+", " "))).isEqualTo(2);
        assertThat(verify("--db", db, "--event", db)).isEqualTo(2);
        assertThat(verify("--export", db, "--from", 3)).isEqualTo(2);
        assertThat(verify("--db", db, "--from", -3)).isEqualTo(2);
        assertThat(verify("--help")).isZero();
        assertThat(printed.toString()).contains("5   TRUNCATED.");
    }

    private void assertExport(List<String> lines, int exit, String finding) throws IOException {
        Path file = SignedLog.file(directory.resolve("export.ndjson"), lines);
        assertThat(verify("--export", file, "--key", LOG.vkey())).isEqualTo(exit);
        assertPrinted(finding);
    }

    private void assertHostileExport(byte[] content, int exit) throws IOException {
        Path file = Files.write(directory.resolve("hostile"), content);
        assertThat(verify("--export", file, "--key", LOG.vkey()))
                .as(() -> new String(content, 0, Math.min(content.length, 200), UTF_8) + printed)
                .isEqualTo(exit);
        assertThat(lastLine()).startsWith("verify: result=");
    }

    /** The same key, and an event that was changed before all others. */
    private static SignedLog forged() {
        List<StoredEvent> events = new ArrayList<>(LOG.events());
        StoredEvent changed = events.get(300);
        events.set(
                300,
                new StoredEvent(
                        300,
                        changed.receivedAt(),
                        changed.event().toBuilder()
                                .metadata("{\"approved\":true}")
                                .build(),
                        changed.seal()));
        return LOG.with(events);
    }

    private void swap(int one, int other) throws Exception {
        LogFiles.run(
                db,
                "UPDATE audit_events SET seq = -1 WHERE seq = " + one,
                "UPDATE audit_events SET seq = " + one + " WHERE seq = " + other,
                "UPDATE audit_events SET seq = " + other + " WHERE seq = -1");
    }

    private static <T> List<T> concat(List<T> one, List<T> other) {
        List<T> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    private Path event(StoredEvent event) throws IOException {
        return Files.writeString(directory.resolve("event.json"), EventWriter.toSealedJson(event));
    }

    private Path note(String name, String text) throws IOException {
        Path file = Files.writeString(elsewhere.resolve(name), text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-27T10:00:00.5Z")));
        return file;
    }

    private Path gzip(Path file) throws IOException {
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        return compressed;
    }

    private static byte[] cut(byte[] content, double share) {
        return Arrays.copyOf(content, (int) (content.length * share));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    private List<String> directoryWithSizes() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName() + " " + file.toFile().length())
                    .sorted()
                    .toList();
        }
    }

    private int verify(Object... arguments) {
        printed.getBuffer().setLength(0);
        String[] texts = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
        int exit = new CommandLine(new VerifyCommand())
                .setOut(new PrintWriter(printed))
                .setErr(new PrintWriter(printed))
                .execute(texts);
        assertThat(printed.toString()).doesNotContain("Exception:", "\tat ");
        return exit;
    }

    private void assertPrinted(String text) {
        assertThat(printed.toString()).contains(text);
    }

    private String lastLine() {
        List<String> lines = printed.toString().lines().toList();
        return lines.get(lines.size() - 1);
    }

    private void assertLastLine(String result, long size, long signedSize, String anchor, String key) {
        assertLastLine(result, size, signedSize, anchor, key, SignedLog.ORIGIN);
    }

    private void assertLastLine(String result, long size, long signedSize, String anchor, String key, String log) {
        assertThat(lastLine())
                .isEqualTo("verify: result=" + result + " log=" + log + " size=" + size + " signed_size=" + signedSize
                        + " anchor=" + anchor + " key=" + key);
    }
}
