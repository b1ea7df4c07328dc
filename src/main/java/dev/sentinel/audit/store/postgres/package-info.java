/**
 * The store in a PostgreSQL database (13 or newer) that several servers may share. Reactive: every method returns at
 * once, on any thread.
 *
 * <p>{@code audit_events} is insert-only and the only truth. Its {@code arrival} is an identity value, which is neither
 * gapless nor visible in order: a transaction may commit after another that took a higher one. What needs order is
 * therefore settled later, by one server at a time:
 *
 * <ul>
 *   <li>The <em>sequencer</em> ({@link dev.sentinel.audit.store.postgres.Sequence}; leader by advisory lock) moves the
 *       <em>watermark</em> {@code audit_progress.next_arrival}, below which every arrival is either visible for good or
 *       never will be. It may pass a missing arrival only when every transaction has ended that held the table's
 *       RowExclusiveLock when the gap was seen: an INSERT takes that lock before it takes its arrival, and keeps it
 *       until its rows are visible.
 *   <li>{@code seq} counts the arrivals below the watermark that exist. It is a pure function of them, so nothing is
 *       written to the events: {@code audit_sequence_runs} holds one row for each gap, and a position is the distance
 *       to the beginning of its run. For the same reason the sequencer may commit asynchronously: after a crash of
 *       PostgreSQL it finds the same positions again.
 *   <li>Totals and rollups are folded below the watermark in the same transaction, and queries add the few events above
 *       it. So they are exact at any time, cost the same however many events there are, and no append waits for another
 *       one's row. Wider spans are summed up from narrower ones by the same server
 *       ({@link dev.sentinel.audit.store.postgres.Rollups}); how far that has come is in the row of the watermark, so
 *       that whoever moves it sees the latest, however long it has waited for the row.
 * </ul>
 *
 * <p>A log that moves here ({@link dev.sentinel.audit.store.postgres.PostgresLogTarget}) brings its positions as
 * arrivals, which have no gap then, so that the sequence finds them again. Until that is complete and verified,
 * {@code audit_migrations} says so and no server opens the database: it would take arrivals in between. A server that
 * had opened it just before the first mark was made cannot do harm either: who takes an arrival that is to come makes
 * the migration fail.
 *
 * <p>Metadata is stored as {@code text}: exact, and the length of a large one is known without reading it, so that a
 * page of large events ends in the database and not here. {@code jsonb} would change numbers and the order of members.
 * {@code json} would keep them, and parse what has been parsed. Batches of 1,000 events, medians of 110 in turn, in ms,
 * as text/json/jsonb: 28.6/28.5/30.1 with the metadata of real runs, 34.3/35.6/37.7 with 1 KiB, 172/202/315 with 8 KiB;
 * a thousand events of the runs are read in 1.6/2.2/2.3 ms. A table of 1 KiB a row takes 123/123/133 MB. The view
 * {@code audit_log} shows it as json, for people who look into it. Texts have the collation C: order by bytes, the same
 * on every machine.
 */
@NullMarked
package dev.sentinel.audit.store.postgres;

import org.jspecify.annotations.NullMarked;
