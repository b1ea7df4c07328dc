/**
 * Typed addresses on the local event bus. Messages are immutable records and travel by reference; no other package
 * spells an address or registers a codec.
 *
 * <p>The event bus has no back-pressure, so every edge that carries data is request and reply, and every sender counts
 * what it has in flight.
 */
@NullMarked
package dev.sentinel.audit.bus;

import org.jspecify.annotations.NullMarked;
