package dev.sentinel.audit.ingest.sources;

import org.jspecify.annotations.Nullable;

/**
 * A producer as the server sees it.
 *
 * @param keyId null without authentication
 * @param protocol such as {@code events} or {@code otlp traces, protobuf}
 * @param producer what it calls itself: a user agent, or the emitter and the scope of OpenTelemetry
 */
public record Origin(@Nullable String keyId, String protocol, String producer) {}
