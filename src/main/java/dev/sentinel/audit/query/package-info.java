/**
 * Reading events over HTTP: searches, one event, agents, traces. Turns parameters into
 * {@link dev.sentinel.audit.store.EventQuery}s and pages into JSON; knows no store but the port.
 *
 * <p>Why the details are as they are:
 *
 * <ul>
 *   <li>Whatever a request says that would not be obeyed is refused, so that a misspelt filter never looks like a
 *       complete answer.
 *   <li>A cursor is a place in an order, not a number of events to skip: pages stay right while events arrive, and the
 *       last page costs what the first one does. It carries a digest of the search it belongs to.
 *   <li>A page is also bounded in bytes, because a thousand events with large metadata would not fit a response.
 * </ul>
 */
@NullMarked
package dev.sentinel.audit.query;

import org.jspecify.annotations.NullMarked;
