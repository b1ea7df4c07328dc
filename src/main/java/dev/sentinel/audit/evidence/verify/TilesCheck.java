package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Verifies all hash tiles of a log: computes every tile above level 0, and the root at the newest checkpoint and at
 * each one that was given. So the log has only grown from each of them to the newest. It sees no event.
 */
final class TilesCheck {
    private final TileSource source;
    private final String name;
    private final Trust trust;
    private final Findings findings;
    private final Progress progress;

    TilesCheck(TileSource source, String name, Trust trust, List<Anchor> anchors, Progress progress) {
        this.source = source;
        this.name = name;
        this.trust = trust;
        this.findings = new Findings(trust, anchors);
        this.progress = progress;
    }

    Verdict run() {
        try {
            check();
        } catch (MalformedNoteException e) {
            findings.add(new Finding.Unreadable(name + " has no checkpoint: " + e.getMessage()));
        } catch (IOException e) {
            findings.add(new Finding.Unreadable(ExportCheck.reason(e)));
        } catch (UncheckedIOException e) {
            findings.add(new Finding.Unreadable(ExportCheck.reason(e.getCause())));
        }
        // The newest note is signed by the given key, and the log has only grown from the given checkpoint to there.
        return findings.verdict(false, true);
    }

    private void check() throws IOException {
        Anchor own = findings.own(trust.anchor(
                "the newest checkpoint of " + name, "newest", false, SignedNote.parse(source.checkpoint())));
        long size = own.size();
        List<Long> sizes = new ArrayList<>(findings.sizes());
        sizes.add(size);
        TreeWalk walk = new TreeWalk(new TreeEdge(), sizes, this::compare);
        for (long n = 0; n * Tile.WIDTH < size; n++) {
            TileId id = new TileId(0, n);
            int width = id.widthAt(size);
            walk.append(source.tile(id, width), width);
            findings.size(walk.edge().size());
            progress.at(walk.edge().size(), size);
        }
        comparePartial(walk.edge());
        findings.compare(own, walk.roots(), size);
        findings.compareGiven(walk.roots(), size);
        findings.remark(
                "Only hashes were compared. They do not show the events; verify an export or the database too.");
    }

    private void compare(Tile computed) {
        try {
            if (!Arrays.equals(source.tile(computed.id(), Tile.WIDTH), computed.hashes())) {
                findings.add(new Finding.TileDiffers(computed.id()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void comparePartial(TreeEdge edge) throws IOException {
        for (int level = 1; level < Long.SIZE / 8; level++) {
            byte[] hashes = edge.partial(level);
            if (hashes.length > 0) {
                TileId id = new TileId(level, edge.size() >>> (8 * (level + 1)));
                if (!Arrays.equals(source.tile(id, hashes.length / TreeHash.BYTES), hashes)) {
                    findings.add(new Finding.TileDiffers(id));
                }
            }
        }
    }
}
