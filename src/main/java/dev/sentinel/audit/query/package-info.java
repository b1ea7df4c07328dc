/**
 * Reads events over HTTP: searches, single events, agents, traces. Turns parameters into
 * {@link dev.sentinel.audit.store.EventQuery}s and pages into JSON. Knows only the store's port.
 *
 * <p>Design decisions:
 *
 * <ul>
 *   <li>A request with an unknown or invalid parameter is refused, so that a misspelled filter never looks like a
 *       complete answer.
 *   <li>A cursor is a position in an order, not a number of events to skip: pages stay correct while events arrive, and
 *       the last page costs as much as the first. It carries a digest of the search it belongs to.
 *   <li>A page is also bounded in bytes, because a thousand events with large metadata would not fit into a response.
 * </ul>
 */
@NullMarked
package dev.sentinel.audit.query;

import org.jspecify.annotations.NullMarked;
