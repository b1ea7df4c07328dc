package dev.sentinel.audit.evidence.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.event.MalformedEventException;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.ProofCheck;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies an export of NDJSON lines. One without a filter has all events of the log, so the tree is computed from its
 * lines, whatever their order. Otherwise the lines can only be compared with what the last line says of them.
 */
final class ExportCheck {
    private static final byte[] END = ExportEnd.START.getBytes(US_ASCII);

    private final Path file;
    private final Trust trust;
    private final Findings findings;
    private final Progress progress;
    private final JsonLeaf leaf = new JsonLeaf();
    private final Sha256 order = new Sha256();
    private final LineProofs proofs;
    private long lines;
    private long events;
    private long last = -1;
    private boolean positions = true;

    ExportCheck(Path file, Trust trust, List<Anchor> anchors, Progress progress) {
        this.file = file;
        this.trust = trust;
        this.findings = new Findings(trust, anchors);
        this.proofs = new LineProofs(trust, findings);
        this.progress = progress;
    }

    Verdict run() {
        try (HashPages hashes = new HashPages()) {
            Optional<ExportEnd> end = read(hashes);
            findings.size(events);
            if (end.isPresent()) {
                compare(end.get(), hashes);
            }
        } catch (IOException e) {
            findings.size(events);
            findings.add(new Finding.Unreadable(file + ": " + reason(e)));
        }
        return findings.verdict(true, false);
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Reads all lines. Empty if the last one is missing, or a line is not an event, so that the rest says nothing. */
    private Optional<ExportEnd> read(HashPages hashes) throws IOException {
        Optional<ExportEnd> end = Optional.empty();
        try (LineReader reader = LineReader.open(file)) {
            while (reader.next()) {
                lines++;
                if (end.isPresent()) {
                    findings.add(new Finding.Line(lines, "there is something behind the last line"));
                    return Optional.empty();
                }
                try {
                    if (isEnd(reader)) {
                        end = Optional.of(ExportEnd.parse(reader.bytes(), reader.length()));
                    } else {
                        event(reader, hashes);
                    }
                } catch (MalformedEventException | ExportEnd.MalformedException e) {
                    return malformed(reader, String.valueOf(e.getMessage()));
                }
            }
        } catch (LineReader.LineTooLongException e) {
            if (events == 0) {
                throw e;
            }
            findings.add(new Finding.Line(lines + 1, "it has more than 16 MiB"));
            return Optional.empty();
        }
        if (end.isEmpty()) {
            findings.add(new Finding.NoEnd(events));
        }
        return end;
    }

    private Optional<ExportEnd> malformed(LineReader reader, String why) throws IOException {
        if (!reader.isComplete() && events > 0) {
            // Cut inside a line.
            findings.add(new Finding.NoEnd(events));
        } else if (events > 0) {
            findings.add(new Finding.Line(lines, why));
        } else {
            throw new IOException("it is not an export of events with seals as NDJSON; line " + lines + ": " + why);
        }
        return Optional.empty();
    }

    private static boolean isEnd(LineReader reader) {
        return reader.length() >= END.length && Arrays.equals(reader.bytes(), 0, END.length, END, 0, END.length);
    }

    private void event(LineReader reader, HashPages hashes) throws IOException {
        byte[] hash = leaf.read(reader.bytes(), 0, reader.length()).hash().bytes();
        long seq = leaf.seq();
        order.add(hash);
        proofs.check(leaf, lines);
        events++;
        last = Math.max(last, seq);
        if (seq < 0 || seq >= HashPages.MAX_POSITION) {
            positions = false;
        } else if (!hashes.put(seq, hash)) {
            findings.event(Finding.Problem.TWICE, seq);
        }
        if (events % 1_000 == 0) {
            progress.at(events, -1);
        }
    }

    private void compare(ExportEnd end, HashPages hashes) throws IOException {
        if (end.events() != events) {
            findings.add(new Finding.EndDiffers("events", Long.toString(end.events()), Long.toString(events)));
        }
        String leaves = HexFormat.of().formatHex(order.finish());
        end.leavesSha256()
                .filter(said -> !said.equals(leaves))
                .ifPresent(said -> findings.add(new Finding.EndDiffers("leaves_sha256", said, leaves)));
        if (end.tree().isPresent()) {
            proofs.anchor()
                    .filter(anchor ->
                            anchor.signed() == Trust.Signed.FALSE || anchor.signed() == Trust.Signed.NOT_SIGNED)
                    .ifPresent(anchor -> findings.add(new Finding.NotSigned(anchor)));
            tree(end, end.tree().get(), hashes);
            return;
        }
        if (proofs.anchor().isPresent()) {
            eachLine(proofs.anchor().get());
            return;
        }
        if (end.leavesSha256().isEmpty()) {
            findings.remark("An older server wrote this export: nothing binds its lines together but their number.");
        } else if (findings.isClean()) {
            findings.remark("The " + events + " lines are those that the last line was written for. This is an export"
                    + " of a part of the log: it does not show that each line is in the log, nor that no other event"
                    + " matches its filter. For that, export without a filter.");
        }
        findings.remark("Checkpoints were not compared: that takes an export without a filter.");
    }

    /** An export with a filter, of which each line has a proof. */
    private void eachLine(Anchor anchor) {
        findings.own(anchor);
        if (proofs.without() > 0) {
            findings.remark(proofs.without() + " lines have no proof that they are in the log.");
        } else if (findings.isClean()) {
            findings.add(new Finding.Agrees(anchor));
            findings.remark("Each of the " + events + " events is in this log, unaltered.");
        }
        findings.remark("An export with a filter does not show that no other event matches it.");
    }

    private void tree(ExportEnd end, ExportEnd.Tree tree, HashPages hashes) throws IOException {
        Anchor own;
        try {
            own = findings.own(
                    trust.anchor("the last line of the export", "export:" + end.beganAt(), false, tree.note()));
        } catch (MalformedNoteException e) {
            findings.add(new Finding.ProofFails("The note of the last line is not a checkpoint: " + e.getMessage()));
            return;
        }
        if (!positions) {
            findings.add(new Finding.ProofFails("At least one line has no seq, or one that no log has"));
            return;
        }
        List<Long> sizes = new ArrayList<>(findings.sizes());
        sizes.add(tree.size());
        sizes.add(own.size());
        TreeWalk walk = new TreeWalk(new TreeEdge(), sizes, tile -> {});
        if (!walk(walk, tree.size(), hashes)) {
            return;
        }
        if (last >= tree.size()) {
            findings.event(Finding.Problem.BEHIND_END, last);
            return;
        }
        if (own.size() < tree.size()) {
            findings.compare(own, walk.roots(), tree.size());
        } else if (ProofCheck.consistency(
                tree.size(),
                own.size(),
                tree.consistency(),
                root(walk.roots(), tree.size()),
                own.checkpoint().root())) {
            findings.add(new Finding.Agrees(own));
        } else {
            findings.add(new Finding.ProofFails("The events do not make the tree that was signed: at least one was"
                    + " altered, moved, inserted or removed"));
        }
        findings.compareGiven(walk.roots(), tree.size());
    }

    private static TreeHash root(Map<Long, TreeHash> roots, long size) {
        return roots.getOrDefault(size, TreeHash.EMPTY);
    }

    /** Appends the leaves by their positions, to the first one that is missing; false if one is. */
    private boolean walk(TreeWalk walk, long size, HashPages hashes) throws IOException {
        for (long first = 0; first < size; first += Tile.WIDTH) {
            byte[] page = hashes.page(first / Tile.WIDTH);
            int count = (int) Math.min(Tile.WIDTH, size - first);
            for (int i = 0; i < count; i++) {
                if (HashPages.isEmpty(page, i * TreeHash.BYTES)) {
                    findings.event(Finding.Problem.MISSING, first + i);
                    return false;
                }
            }
            walk.append(page, count);
        }
        return true;
    }
}
