/**
 * Events in SQLite, log first.
 *
 * <ul>
 *   <li>{@code sentinel_audit.db} is the log and the only truth: one append-only table without secondary indexes,
 *       because every index would rewrite random pages in every commit. Commits are synchronous=FULL: a commit that has
 *       returned is on disk.
 *   <li>{@code sentinel_audit.index.db} is derived: its own file, so that it has its own writer and its own commits,
 *       which are large, sorted and not synced (synchronous=NORMAL keeps it consistent, and what a crash takes is
 *       indexed again from the log). In the same transaction it records up to which seq it reaches. If it is missing,
 *       damaged, from another version or of another log, it is made anew.
 * </ul>
 *
 * <p>{@link dev.sentinel.audit.store.sqlite.LogWriterVerticle} and
 * {@link dev.sentinel.audit.store.sqlite.IndexWriterVerticle} are workers with a thread of their own each, and nobody
 * else writes these files. What is committed and not yet indexed is kept in
 * {@link dev.sentinel.audit.store.sqlite.IndexBacklog}: the index writer takes its work from there, and queries wait
 * there until the index has reached what was committed when they came. It is bounded: when the index falls behind,
 * appends wait. It holds what the index needs and no more; whole events that live for a second are what a garbage
 * collector pauses for.
 *
 * <p>Load-bearing details: the duplicates of a batch are looked up in {@link dev.sentinel.audit.store.sqlite.RecentIds}
 * first, all of them, and in a snapshot of the index second, and the index commits before the ids are forgotten, so no
 * id is ever in neither. Readers open the index as the main database and attach the log: SQLite takes the snapshots of
 * one statement in this order, so the log they see always holds what their index points to.
 *
 * <p>The index also keeps the sums that charts are made of, at the levels of
 * {@link dev.sentinel.audit.store.StatsLevel}: counts of all and by agent, latencies by bin, resources. A batch adds to
 * its minutes only; wider spans are summed up once, when the events have moved on
 * ({@link dev.sentinel.audit.store.sqlite.RollupWriter}), and queries read minutes where that has not happened yet. One
 * row holds all counts of an agent in a span, not one row a kind: what is asked for is counts by status, by action type
 * and by actor, never of their combinations, and a combination each would be a row for nearly every event. Agents are
 * told apart exactly, as everywhere; resources are bounded. Batches of 1,000 and 10,000 events of 1,000 agents, medians
 * of five in turn, in processor ms a thousand: 8.3 and 7.8, and 7.5 and 7.6 without all but the counts. A million
 * events of 200 agents in 30 days: 71 bytes an event; five million: 39. Of the latter, 30 days are answered in 16 ms, a
 * week by the hour in 31.
 */
@NullMarked
package dev.sentinel.audit.store.sqlite;

import org.jspecify.annotations.NullMarked;
