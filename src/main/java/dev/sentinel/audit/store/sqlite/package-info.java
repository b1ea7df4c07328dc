/**
 * Stores events in SQLite, log first.
 *
 * <ul>
 *   <li>{@code sentinel_audit.db} is the log and the source of truth: one append-only table without secondary indexes,
 *       because every index would rewrite random pages in every commit. Commits are synchronous=FULL: a commit that has
 *       returned is on disk.
 *   <li>{@code sentinel_audit.index.db} is derived. It is a separate file, so that it has its own writer and its own
 *       commits, which are large, sorted and not synced: synchronous=NORMAL keeps it consistent, and entries lost in a
 *       crash are indexed again from the log. The same transaction records up to which seq it reaches. If it is
 *       missing, damaged, of another version or of another log, it is rebuilt. Its times are effective times
 *       ({@link dev.sentinel.audit.event.StoredEvent#effectiveTime}); the log has the timestamps as sent. The events
 *       are in the trees of {@link dev.sentinel.audit.store.lsm}, since they come in no order by which anybody asks for
 *       them; {@link dev.sentinel.audit.store.sqlite.TreeFunctions} are how statements read those.
 * </ul>
 *
 * <p>{@link dev.sentinel.audit.store.sqlite.LogWriterVerticle} and
 * {@link dev.sentinel.audit.store.sqlite.IndexWriterVerticle} are workers with one thread each, and nothing else writes
 * these files. What is committed but not yet indexed is in {@link dev.sentinel.audit.store.sqlite.IndexBacklog}: the
 * index writer takes its work from there, and queries wait there until the index contains what was committed when they
 * arrived. It is bounded: when the index falls behind, appends wait. It holds only what the index needs; keeping whole
 * events for a second would cause garbage collection pauses.
 *
 * <p>Invariants: the duplicates of a batch are looked up first in {@link dev.sentinel.audit.store.sqlite.RecentIds},
 * all of them, and then in a snapshot of the index. The index commits before the ids are removed from memory, so every
 * id is always in at least one of the two. {@link dev.sentinel.audit.store.sqlite.IdFilters} in between make most
 * look-ups in the index unnecessary. Readers open the index as the main database and attach the log: SQLite takes the
 * snapshots of one statement in this order, so the log that they see always contains what their index points to.
 *
 * <p>The index also keeps the sums for charts, at the levels of {@link dev.sentinel.audit.store.StatsLevel}: total
 * counts, counts by agent, latencies by bin, resources. A batch updates only its minutes. Wider spans are summed up
 * when the events have passed them; until then queries read the minutes. Late events are added to sums many at a time,
 * and until then queries read them one by one ({@link dev.sentinel.audit.store.sqlite.Rollups} says why that is exact).
 * Nothing is summed up in more than a short transaction, whatever times clients send. One row holds all counts of an
 * agent in a span, instead of one row per kind: clients ask for counts by status, by action type and by actor, never
 * for combinations, and a row per combination would be a row for nearly every event. Agents are counted exactly, as
 * everywhere; resources are bounded. A million events of 200 agents in 30 days take 71 bytes per event for their sums;
 * five million take 39. On the latter, a query over 30 days takes 16 ms, a week by the hour 31 ms.
 */
@NullMarked
package dev.sentinel.audit.store.sqlite;

import org.jspecify.annotations.NullMarked;
