/**
 * Between the requests and the store: one bounded queue, group commit, one batch in flight.
 *
 * <p>While a batch commits, the next one fills; so batches grow by themselves under load, and an event that arrives
 * alone waits for nothing. There is no timer.
 */
@NullMarked
package dev.sentinel.audit.persist;

import org.jspecify.annotations.NullMarked;
