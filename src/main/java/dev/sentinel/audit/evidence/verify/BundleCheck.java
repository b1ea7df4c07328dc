package dev.sentinel.audit.evidence.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.event.MalformedEventException;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.ProofCheck;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.TlogProof;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Verifies the evidence of one run: that each of its events is in the log. Nothing is unpacked. */
final class BundleCheck {
    private static final byte[] END = ExportEnd.START.getBytes(US_ASCII);
    private static final int MAX_TEXT = 1 << 20;

    /** Ten times as many as a server puts into one. */
    private static final int MAX_EVENTS = 100_000;

    private final Path file;
    private final Trust trust;
    private final Findings findings;
    private final Progress progress;
    private final JsonLeaf leaf = new JsonLeaf();
    private final Sha256 order = new Sha256();
    private final Set<Long> positions = new HashSet<>();
    private long lines;

    BundleCheck(Path file, Trust trust, List<Anchor> anchors, Progress progress) {
        this.file = file;
        this.trust = trust;
        this.findings = new Findings(trust, anchors);
        this.progress = progress;
    }

    Verdict run() {
        try (ZipFile zip = new ZipFile(file.toFile(), UTF_8)) {
            SignedNote note = SignedNote.parse(text(zip, "checkpoint.txt"));
            Anchor own = findings.own(trust.anchor("the checkpoint of the bundle", "proof", false, note));
            Optional<ExportEnd> end = read(zip, own);
            end.ifPresent(this::compare);
            if (end.isPresent() && findings.isClean()) {
                findings.add(new Finding.Agrees(own));
                findings.remark("Each of the " + lines + " events of the bundle is in this log, unaltered.");
            }
            findings.remark("A bundle does not show that the run has no other events. Its page run.html was not read.");
        } catch (ZipException | MalformedNoteException e) {
            findings.add(new Finding.Unreadable(file + " is not the evidence of a run: " + e.getMessage()));
        } catch (IOException e) {
            findings.add(new Finding.Unreadable(file + ": " + ExportCheck.reason(e)));
        }
        findings.size(lines);
        return findings.verdict(true, true);
    }

    private static InputStream open(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new ZipException("it has no file " + name);
        }
        return zip.getInputStream(entry);
    }

    private static String text(ZipFile zip, String name) throws IOException {
        try (InputStream in = open(zip, name)) {
            byte[] content = in.readNBytes(MAX_TEXT + 1);
            if (content.length > MAX_TEXT) {
                throw new ZipException("its file " + name + " is too large");
            }
            return new String(content, UTF_8);
        }
    }

    /** Reads all lines. Empty if the last one is missing, or a line is not an event, so that the rest says nothing. */
    private Optional<ExportEnd> read(ZipFile zip, Anchor own) throws IOException {
        Optional<ExportEnd> end = Optional.empty();
        try (LineReader reader = LineReader.of(open(zip, "events.ndjson"))) {
            while (reader.next()) {
                if (end.isPresent() || lines == MAX_EVENTS) {
                    findings.add(new Finding.Line(lines + 2, "there is something behind the last line"));
                    return Optional.empty();
                }
                if (isEnd(reader)) {
                    end = Optional.of(ExportEnd.parse(reader.bytes(), reader.length()));
                } else {
                    lines++;
                    event(zip, own, reader);
                }
            }
        } catch (MalformedEventException | ExportEnd.MalformedException e) {
            findings.add(new Finding.Line(lines, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
        if (end.isEmpty()) {
            findings.add(new Finding.NoEnd(lines));
        }
        return end;
    }

    private static boolean isEnd(LineReader reader) {
        return reader.length() >= END.length && Arrays.equals(reader.bytes(), 0, END.length, END, 0, END.length);
    }

    private void event(ZipFile zip, Anchor own, LineReader reader) throws IOException {
        TreeHash hash =
                TreeHash.leaf(leaf.read(reader.bytes(), 0, reader.length()).bytes());
        order.add(leaf.hash().bytes());
        long seq = leaf.seq();
        if (!positions.add(seq)) {
            findings.event(Finding.Problem.TWICE, seq);
        }
        String name = "proofs/" + seq + ".tlog-proof";
        if (zip.getEntry(name) == null) {
            findings.add(new Finding.ProofFails("There is no proof of the event of line " + lines));
            return;
        }
        TlogProof proof = TlogProof.parse(text(zip, name));
        if (!proof.checkpointNote().equals(own.note().toString())) {
            findings.add(new Finding.ProofFails(name + " leads to another checkpoint than that of the bundle"));
        } else if (proof.index() != seq
                || !ProofCheck.inclusion(
                        hash, seq, own.size(), proof.hashes(), own.checkpoint().root())) {
            findings.event(Finding.Problem.ALTERED, seq);
        }
        if (lines % 1_000 == 0) {
            progress.at(lines, -1);
        }
    }

    private void compare(ExportEnd end) {
        if (end.events() != lines) {
            findings.add(new Finding.EndDiffers("events", Long.toString(end.events()), Long.toString(lines)));
        }
        String leaves = HexFormat.of().formatHex(order.finish());
        end.leavesSha256()
                .filter(said -> !said.equals(leaves))
                .ifPresent(said -> findings.add(new Finding.EndDiffers("leaves_sha256", said, leaves)));
    }
}
