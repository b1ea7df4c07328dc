/**
 * The words of the wire contract that the server and the SDK share: names of members and of their values, limits, and
 * the form of times. Uses nothing but the JDK; the client jar is exactly this package, {@code redact} and
 * {@code client}.
 */
@NullMarked
package dev.sentinel.audit.model;

import org.jspecify.annotations.NullMarked;
