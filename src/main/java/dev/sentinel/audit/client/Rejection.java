package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/**
 * An event that is not taken, and will not be sent again.
 *
 * @param eventId null if it never had one that counts
 * @param status the status that the server gave it (RFC 9110); 0 if the client has refused it itself
 * @param detail why, in the words of the server
 * @param event its JSON as it was sent, without its secrets; null if it could not be written as JSON
 */
public record Rejection(
        @Nullable String eventId,
        int status,
        String detail,
        @Nullable String event) {}
