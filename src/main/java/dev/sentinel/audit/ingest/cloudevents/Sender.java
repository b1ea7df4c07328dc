package dev.sentinel.audit.ingest.cloudevents;

import org.jspecify.annotations.Nullable;

/**
 * Who sends a request.
 *
 * @param agent the agent that the header {@code X-Sentinel-Agent} names; null if there is none
 * @param submittedBy the id of the API key; null without authentication
 */
public record Sender(@Nullable String agent, @Nullable String submittedBy) {}
