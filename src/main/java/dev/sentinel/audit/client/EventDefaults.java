package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/**
 * What an event gets if its description does not say it. Null where there is no default.
 *
 * @param traceId never null, since every event has a trace
 */
record EventDefaults(
        @Nullable String agentInstanceId,
        String traceId,
        @Nullable String parentSpanId,
        @Nullable String sessionId,
        @Nullable String onBehalfOf) {}
