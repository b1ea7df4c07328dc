/**
 * Sorted indexes as log-structured merge trees in tables of SQLite: entries are added in batches, and never changed or
 * removed. A B-tree would rewrite a page of 4 KiB for nearly every entry that is added out of order; here every page is
 * full when it is written, and an entry is written once for each level.
 *
 * <p>A batch becomes a {@link dev.sentinel.audit.store.lsm.Run}: blocks of packed entries in the order of the tree.
 * Four runs of about the same size are merged into one, so a tree of {@code n} batches has some {@code 3 * log4(n)}
 * runs, and a reader visits all of them ({@link dev.sentinel.audit.store.lsm.Walk}). A run is read only when its
 * entries may be the next ones. In a run, {@link dev.sentinel.audit.store.lsm.SegmentHeader fences} lead to the block,
 * and filters to the runs that have a key at all.
 *
 * <p>Merges run in short parts, in the transactions of the {@link dev.sentinel.audit.store.lsm.LsmWriter}: each writes
 * whole segments of the new run, and the last one replaces the old runs. If more runs wait, the parts get longer and
 * merge more runs at once, so that the runs stay few on a machine that is busy. Since SQLite keeps snapshots, readers
 * see either the old runs or the new one, and nothing is counted or locked. A crash leaves segments that no run has;
 * the next opening removes them. Blobs are deleted a few at a time, since each costs a page, too.
 *
 * <p>What is immutable may be cached: {@link dev.sentinel.audit.store.lsm.LsmCache} keeps the list of runs by its
 * version and headers by their ids, which are never used again, for all readers. Every blob has a
 * {@link dev.sentinel.audit.store.lsm.Checksum}, and the version is one of the list of runs: SQLite does not check its
 * pages, and a block or a row that is read wrongly, or not at all, would answer queries wrongly. See O'Neil et al., The
 * log-structured merge-tree, 1996.
 */
@NullMarked
package dev.sentinel.audit.store.lsm;

import org.jspecify.annotations.NullMarked;
