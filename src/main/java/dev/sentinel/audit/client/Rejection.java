package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/**
 * An event that was rejected and will not be sent again.
 *
 * @param eventId null if the event got no id
 * @param status the HTTP status that the server gave it (RFC 9110); 0 if the client itself rejected it
 * @param detail the reason, in the server's words
 * @param event the redacted JSON that was sent; null if it could not be encoded
 */
public record Rejection(
        @Nullable String eventId,
        int status,
        String detail,
        @Nullable String event) {}
