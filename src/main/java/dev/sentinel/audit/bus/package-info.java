/**
 * Typed addresses on the local event bus. Messages are immutable records and travel by reference. No other package uses
 * a string address or registers a codec.
 *
 * <p>The event bus has no back-pressure. So data moves only by request and reply, and every sender bounds what it has
 * in flight.
 */
@NullMarked
package dev.sentinel.audit.bus;

import org.jspecify.annotations.NullMarked;
