package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/**
 * An uninterpreted HTTP answer.
 *
 * @param retryAfter the header field Retry-After; null if there is none
 */
record RawAnswer(int status, @Nullable String retryAfter, String body) {}
