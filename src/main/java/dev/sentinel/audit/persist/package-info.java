/**
 * Between the requests and the store: one bounded queue, group commit, one batch in flight.
 *
 * <p>While a batch commits, the next one fills; so batches grow by themselves under load, and an event that arrives
 * alone waits for nothing. There is no timer.
 *
 * <p>An event changes threads twice: from its event loop to the thread that writes, and back. So for SQLite the queue
 * lives on the worker that owns the log: it queues every message of its mailbox, and then commits them together.
 */
@NullMarked
package dev.sentinel.audit.persist;

import org.jspecify.annotations.NullMarked;
