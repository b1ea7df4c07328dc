package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.sqlite.SqliteLeaves;
import dev.sentinel.audit.store.sqlite.SqliteTreeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Verifies the rows of a log: computes the tree from them, compares its root at each checkpoint, and each leaf with the
 * tree file beside the log, which names the rows that were changed.
 */
final class LogCheck {
    private final Path log;
    private final long from;
    private final Trust trust;
    private final Findings findings;
    private final Progress progress;

    /** @param from the first row to read, rounded down to a multiple of 256 */
    LogCheck(Path log, long from, Trust trust, List<Anchor> anchors, Progress progress) {
        this.log = log;
        this.from = from - from % Tile.WIDTH;
        this.trust = trust;
        this.findings = new Findings(trust, anchors);
        this.progress = progress;
    }

    Verdict run() {
        try {
            Optional<SqliteTreeFile> tree = SqliteTreeFile.beside(log);
            try (LeafSlices leaves = LeafSlices.open(log)) {
                check(leaves, tree);
            } finally {
                tree.ifPresent(SqliteTreeFile::close);
            }
        } catch (Failure e) {
            findings.add(new Finding.Unreadable(String.valueOf(e.getMessage())));
        } catch (TreeFileTiles.MissingTileException e) {
            findings.add(new Finding.Unreadable("--from " + from + ": " + e.getMessage()));
        }
        return findings.verdict(false, false);
    }

    private void check(LeafSlices leaves, Optional<SqliteTreeFile> file) throws TreeFileTiles.MissingTileException {
        // The state before the rows: the tree of a running server never has more leaves than the log has rows.
        Optional<SqliteTreeFile.State> state = file.flatMap(SqliteTreeFile::state);
        Optional<TreeFileTiles> tiles = file.map(TreeFileTiles::new);
        Optional<Anchor> own = state.flatMap(this::own);
        long end = leaves.end();
        findings.size(end);
        long begin = leaves.begin();
        if (begin < 0) {
            findings.event(Finding.Problem.MALFORMED, begin);
        }
        if (from > 0 && tiles.isEmpty()) {
            findings.add(new Finding.Unreadable("--from needs the tree file beside the log, and there is none"));
            return;
        }
        if (from > end) {
            findings.add(new Finding.Unreadable("--from " + from + " is behind the last event"));
            return;
        }
        List<Long> sizes = new ArrayList<>(findings.sizes());
        state.ifPresent(stored -> sizes.add(stored.size()));
        own.ifPresent(anchor -> sizes.add(anchor.size()));
        TreeEdge edge = from == 0 ? new TreeEdge() : tiles.get().edge(from);
        TreeWalk walk = new TreeWalk(edge, sizes, tile -> tiles.ifPresent(stored -> compareUpper(stored, tile)));
        boolean whole = walk(leaves, end, walk, tiles);
        if (from > 0) {
            findings.remark("Rows before seq " + from + " were not read; their hashes are those of the tree file.");
        }
        long size = whole ? end : walk.edge().size();
        state.ifPresent(stored -> compare(stored, walk, size, whole));
        if (whole) {
            own.ifPresent(anchor -> findings.compare(anchor, walk.roots(), end));
            findings.compareGiven(walk.roots(), end);
        }
    }

    private Optional<Anchor> own(SqliteTreeFile.State state) {
        if (state.checkpoint() == null || state.checkpoint().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    findings.own(trust.anchor("the tree file", "tree", false, SignedNote.parse(state.checkpoint()))));
        } catch (MalformedNoteException e) {
            findings.add(new Finding.ProofFails("The checkpoint of the tree file is not one: " + e.getMessage()));
            return Optional.empty();
        }
    }

    /** Reads all rows to the first that is not readable; false if one is not. */
    private boolean walk(LeafSlices leaves, long end, TreeWalk walk, Optional<TreeFileTiles> tiles) {
        leaves.read(walk.edge().size(), end, (at, slice) -> {
            tiles.ifPresent(stored -> compareLeaves(stored, at, slice));
            walk.append(slice.hashes(), slice.count());
            progress.at(walk.edge().size(), end);
            if (slice.next() != SqliteLeaves.Next.READABLE) {
                findings.event(
                        slice.next() == SqliteLeaves.Next.MISSING ? Finding.Problem.MISSING : Finding.Problem.MALFORMED,
                        walk.edge().size());
            }
        });
        return walk.edge().size() == end;
    }

    private void compareLeaves(TreeFileTiles tiles, long first, SqliteLeaves.Slice slice) {
        long to = first + slice.count();
        for (long n = first / Tile.WIDTH; n * Tile.WIDTH < to; n++) {
            byte[] tile = tiles.full(0, n).orElse(null);
            if (tile == null) {
                continue;
            }
            if (tile.length != Tile.BYTES) {
                findings.add(new Finding.TileDiffers(new TileId(0, n)));
                continue;
            }
            long start = Math.max(first, n * Tile.WIDTH);
            long stop = Math.min(to, (n + 1) * Tile.WIDTH);
            if (!equal(tile, start % Tile.WIDTH, slice.hashes(), start - first, stop - start)) {
                for (long seq = start; seq < stop; seq++) {
                    if (!equal(tile, seq % Tile.WIDTH, slice.hashes(), seq - first, 1)) {
                        findings.event(Finding.Problem.ALTERED, seq);
                    }
                }
            }
        }
    }

    private static boolean equal(byte[] tile, long inTile, byte[] hashes, long inHashes, long count) {
        int a = (int) inTile * TreeHash.BYTES;
        int b = (int) inHashes * TreeHash.BYTES;
        int length = (int) count * TreeHash.BYTES;
        return Arrays.equals(tile, a, a + length, hashes, b, b + length);
    }

    private void compareUpper(TreeFileTiles stored, Tile computed) {
        stored.full(computed.id().level(), computed.id().index())
                .filter(hashes -> !Arrays.equals(hashes, computed.hashes()))
                .ifPresent(hashes -> findings.add(new Finding.TileDiffers(computed.id())));
    }

    private void compare(SqliteTreeFile.State state, TreeWalk walk, long size, boolean whole) {
        TreeHash root = walk.roots().get(state.size());
        if (state.size() > size) {
            if (whole) {
                findings.add(new Finding.ShorterThanTree(state.size(), size));
            }
        } else if (root != null && !root.hex().equals(state.root())) {
            findings.add(new Finding.ProofFails(
                    "The first " + state.size() + " events do not have the root that is in the tree file"));
        }
    }
}
