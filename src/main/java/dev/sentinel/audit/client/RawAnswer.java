package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/**
 * An answer as it came.
 *
 * @param retryAfter the field Retry-After; null if there is none
 */
record RawAnswer(int status, @Nullable String retryAfter, String body) {}
