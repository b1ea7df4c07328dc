package dev.sentinel.audit.evidence.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Verifies something of a log against what the caller kept elsewhere. Blocking; each method may take minutes. Memory is
 * bounded by about 64 MiB and 500 bytes for each checkpoint.
 *
 * @param trust the keys from outside of the log
 * @param anchors the checkpoints from outside of the log; see {@link NoteFile}
 */
public record Verification(Trust trust, List<Anchor> anchors, Progress progress) {
    public Verification {
        anchors = List.copyOf(anchors);
    }

    /** Verifies the rows from a position on, and the tree before them by the tree file. */
    public Verdict log(Path file, long from) {
        return new LogCheck(file, from, trust, anchors, progress).run();
    }

    /** Verifies an NDJSON export, compressed or not. */
    public Verdict export(Path file) {
        return new ExportCheck(file, trust, anchors, progress).run();
    }

    /** Verifies the evidence of one run, a ZIP file. */
    public Verdict bundle(Path file) {
        return new BundleCheck(file, trust, anchors, progress).run();
    }

    /**
     * Verifies a proof of one event, and that it is the proof of this event.
     *
     * @param file with the proof; empty if the event has it, as in an export with proofs
     */
    public Verdict proof(Optional<Path> file, Optional<Path> event) {
        return new ProofFileCheck(file, event, trust, anchors).run();
    }

    /**
     * Verifies the tiles of a server.
     *
     * @param server the base URL of the server, http or https
     * @param token of a key with the scope read
     */
    public Verdict url(String server, Optional<String> token) {
        String base = server.replaceFirst("/*$", "") + "/log";
        return new TilesCheck(new HttpTiles(base, token), base, trust, anchors, progress).run();
    }

    /** Verifies tiles in files. */
    public Verdict tiles(Path directory) {
        return new TilesCheck(new DirectoryTiles(directory), directory.toString(), trust, anchors, progress).run();
    }

    /** Compares the checkpoints with each other. */
    public Verdict checkpoints() {
        Findings findings = new Findings(trust, anchors);
        findings.remark("Checkpoints of different sizes take a log to compare: give --db, --export or --url.");
        return findings.verdict(false, true);
    }
}
