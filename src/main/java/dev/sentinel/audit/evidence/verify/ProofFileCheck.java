package dev.sentinel.audit.evidence.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.event.MalformedEventException;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.ProofCheck;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.TlogProof;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Verifies that an event is in a log, with a proof file. */
final class ProofFileCheck {
    private static final int MAX_BYTES = 1 << 20;

    private final Optional<Path> file;
    private final Optional<Path> eventFile;
    private final Trust trust;
    private final Findings findings;

    /** @param file empty if the event has its proof */
    ProofFileCheck(Optional<Path> file, Optional<Path> eventFile, Trust trust, List<Anchor> anchors) {
        this.file = file;
        this.eventFile = eventFile;
        this.trust = trust;
        this.findings = new Findings(trust, anchors);
    }

    Verdict run() {
        try {
            TlogProof proof = TlogProof.parse(
                    file.isPresent()
                            ? new String(read(file.get(), MAX_BYTES), UTF_8)
                            : ofEvent(eventFile.orElseThrow()));
            check(proof, trust.anchor("the proof file", "proof", false, SignedNote.parse(proof.checkpointNote())));
        } catch (MalformedNoteException e) {
            findings.add(new Finding.Unreadable(
                    file.or(() -> eventFile).orElseThrow() + " has no valid proof: " + e.getMessage()));
        } catch (IOException e) {
            findings.add(new Finding.Unreadable(ExportCheck.reason(e)));
        }
        return findings.verdict(true, true);
    }

    private void check(TlogProof proof, Anchor own) throws IOException {
        findings.own(own);
        findings.size(own.size());
        Optional<byte[]> entry = proof.extra();
        if (eventFile.isPresent()) {
            Optional<byte[]> ofEvent = leaf(eventFile.get(), proof);
            if (ofEvent.isEmpty()) {
                return;
            }
            entry = ofEvent;
        }
        if (entry.isEmpty()) {
            findings.add(new Finding.Unreadable("the proof has no leaf; give the event with --event"));
            return;
        }
        TreeHash hash = TreeHash.leaf(entry.get());
        if (!ProofCheck.inclusion(
                hash,
                proof.index(),
                own.size(),
                proof.hashes(),
                own.checkpoint().root())) {
            findings.add(new Finding.ProofFails(
                    "The proof does not lead from seq " + proof.index() + " to the root that was signed"));
            return;
        }
        findings.add(new Finding.Agrees(own));
        findings.remark("seq " + proof.index() + " of this log is the event "
                + (eventFile.isPresent()
                        ? "in " + eventFile.get()
                        : "whose leaf is in the proof file; give its JSON"
                                + " with --event to compare resource and metadata")
                + ".");
        findings.remark("A proof of one event does not show that the log is complete.");
    }

    private static String ofEvent(Path path) throws IOException {
        String proof = read(path).proof();
        if (proof == null) {
            throw new IOException(path + " has no proof; give it with --proof, or export it with proofs=inline");
        }
        return proof;
    }

    private static JsonLeaf read(Path path) throws IOException {
        try {
            return new JsonLeaf().read(read(path, LineReader.MAX_LINE));
        } catch (MalformedEventException e) {
            throw new IOException(path + " is not an event with its seal: " + e.getMessage(), e);
        }
    }

    /** The leaf of the event; empty if it is not the event that was proven. */
    private Optional<byte[]> leaf(Path path, TlogProof proof) throws IOException {
        JsonLeaf leaf = read(path);
        boolean isOther = proof.extra().isPresent()
                && !Arrays.equals(leaf.bytes(), proof.extra().get());
        if (isOther || (leaf.seq() >= 0 && leaf.seq() != proof.index())) {
            findings.event(Finding.Problem.ALTERED, proof.index());
            return Optional.empty();
        }
        return Optional.of(leaf.bytes());
    }

    private static byte[] read(Path path, int max) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(max + 1);
            if (content.length > max) {
                throw new IOException(path + " is too large");
            }
            return content;
        }
    }
}
