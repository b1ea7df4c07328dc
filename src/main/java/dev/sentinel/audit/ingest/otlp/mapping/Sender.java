package dev.sentinel.audit.ingest.otlp.mapping;

import org.jspecify.annotations.Nullable;

/**
 * The client of a request.
 *
 * @param agent the header {@code X-Sentinel-Agent}, which says what agent all records are of; null if absent
 * @param submittedBy the id of the client's API key; null if it sent none
 */
public record Sender(@Nullable String agent, @Nullable String submittedBy) {}
