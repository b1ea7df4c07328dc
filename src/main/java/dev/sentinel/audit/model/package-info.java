/**
 * The vocabulary of the wire contract, shared by the server and the SDK: field names, field values, limits and the
 * timestamp format. Uses only the JDK. The client jar is exactly this package, {@code redact} and {@code client}.
 */
@NullMarked
package dev.sentinel.audit.model;

import org.jspecify.annotations.NullMarked;
