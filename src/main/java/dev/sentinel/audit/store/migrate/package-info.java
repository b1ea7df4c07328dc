/**
 * Migrates events from one database to another: the ports for sources and targets, and the two ways to migrate. Plain
 * and blocking, for the command line; nothing here knows SQL.
 *
 * <ul>
 *   <li>{@link dev.sentinel.audit.store.migrate.LogCopy} copies a log unchanged, including its positions, into a target
 *       that is empty or holds the start of the same log.
 *   <li>{@link dev.sentinel.audit.store.migrate.EventImport} adds events to a store as a client would: the store
 *       assigns positions and the current time, and recognizes by their ids the events that it has.
 * </ul>
 *
 * <p>Invariants: both can be killed at any moment and resumed later. A slice is durable before its end position is
 * stored, and a repeated slice changes nothing (an import) or cannot occur, because a copy resumes at the end of the
 * target. Both finally read everything again on both sides, and trust nothing that was only written. Memory is bounded
 * by two slices per side, whatever the number of events, agents or errors: so totals per agent are compared as one
 * fingerprint ({@link dev.sentinel.audit.store.migrate.AgentTotals}), and only the first errors are kept.
 */
@NullMarked
package dev.sentinel.audit.store.migrate;

import org.jspecify.annotations.NullMarked;
