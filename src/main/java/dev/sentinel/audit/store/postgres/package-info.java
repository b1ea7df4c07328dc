/**
 * Stores events in a PostgreSQL database (13 or newer) that several servers may share. Non-blocking: every method
 * returns immediately, on any thread.
 *
 * <p>{@code audit_events} is insert-only and the source of truth. Its {@code arrival} is an identity value. Arrivals
 * have gaps and do not become visible in order: a transaction may commit after another one that took a higher value.
 * Order is therefore assigned later, by one server at a time:
 *
 * <ul>
 *   <li>The <em>sequencer</em> ({@link dev.sentinel.audit.store.postgres.Sequence}; leader by advisory lock) moves the
 *       <em>watermark</em> {@code audit_progress.next_arrival}, below which every arrival is either permanently visible
 *       or will never exist. It may pass a missing arrival only when all transactions have ended that held the table's
 *       RowExclusiveLock when the gap was seen: an INSERT takes that lock before it takes its arrival, and keeps it
 *       until its rows are visible.
 *   <li>{@code seq} counts the existing arrivals below the watermark. It is a pure function of them, so nothing is
 *       written to the events: {@code audit_sequence_runs} holds one row per gap, and a position is the distance to the
 *       start of its run. For the same reason the sequencer may commit asynchronously: after a crash of PostgreSQL it
 *       computes the same positions again.
 *   <li>Totals and rollups are folded below the watermark in the same transaction, and queries add the few events above
 *       it. So they are always exact, their cost does not depend on the number of events, and no append waits for
 *       another one's row. The same server sums up wider spans from narrower ones
 *       ({@link dev.sentinel.audit.store.postgres.Rollups}). The row of the watermark records how far they are summed
 *       up, so that a server that moves the watermark sees the latest state, however long it waited for the row.
 * </ul>
 *
 * <p>The column {@code timestamp} is the effective time, so that every index is ordered by it:
 * {@link dev.sentinel.audit.store.postgres.EffectiveTimes} says how, and where the timestamp as sent is.
 *
 * <p>A log that is copied here ({@link dev.sentinel.audit.store.postgres.PostgresLogTarget}) uses its positions as
 * arrivals. These have no gaps, so the sequence computes the same positions. Until the copy is complete and verified,
 * {@code audit_migrations} records that and no server opens the database: it would take arrivals in between. A server
 * that opened it just before that row was written does no harm either: if it takes an arrival that is still to be
 * copied, the migration fails.
 *
 * <p>The tree of the signed log is in tables of its own ({@link dev.sentinel.audit.store.postgres.PostgresTreeStore}).
 * Who may change it is a lease in the row that says how far it reaches, not an advisory lock: so a server that hung,
 * and whose statements come late, is refused by the same row that it would change.
 *
 * <p>Metadata is stored as {@code text}. That is exact, and PostgreSQL knows the length of a large value without
 * reading it, so the database can cut off a page of large events. {@code jsonb} would change numbers and the order of
 * members. {@code json} would keep both, but parse again what has been parsed. Batches of 1,000 events, medians of 110
 * alternating runs, in ms, as text/json/jsonb: 28.6/28.5/30.1 with the metadata of real runs, 34.3/35.6/37.7 with 1
 * KiB, 172/202/315 with 8 KiB. Reading a thousand events of real runs takes 1.6/2.2/2.3 ms. A table with 1 KiB per row
 * takes 123/123/133 MB. The view {@code audit_log} shows metadata as json, for operators. Texts have the collation C:
 * ordered by bytes, the same on every machine.
 */
@NullMarked
package dev.sentinel.audit.store.postgres;

import org.jspecify.annotations.NullMarked;
