/**
 * Moves events from one database to another: the ports to where they come from and go to, and the two ways. Plain and
 * blocking, for the command line; nothing here knows SQL.
 *
 * <ul>
 *   <li>{@link dev.sentinel.audit.store.migrate.LogCopy} takes a log over as it is, positions and all, into a target
 *       that is empty or holds the beginning of the same log.
 *   <li>{@link dev.sentinel.audit.store.migrate.EventImport} adds events to whatever a store holds, as a client would:
 *       the store gives them positions and the time of now, and knows by their ids what it has.
 * </ul>
 *
 * <p>Load-bearing: both can be killed at any moment and go on later, because a slice is durable before the place behind
 * it is remembered, and because a slice that comes twice changes nothing (an import) or begins where the target ends (a
 * copy). Both end by reading everything again on both sides; what was written is believed of neither. Memory is bounded
 * by two slices a side, whatever the number of events, agents or mistakes: so totals per agent are compared as one
 * fingerprint ({@link dev.sentinel.audit.store.migrate.AgentTotals}), and only the first mistakes are kept.
 */
@NullMarked
package dev.sentinel.audit.store.migrate;

import org.jspecify.annotations.NullMarked;
