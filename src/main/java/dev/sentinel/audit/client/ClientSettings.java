package dev.sentinel.audit.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The settings of a client for recording and closing. */
record ClientSettings(
        @Nullable String agentInstanceId,
        @Nullable String sessionId,
        @Nullable String onBehalfOf,
        FullPolicy whenFull,
        Duration closeTimeout,
        boolean closeOnShutdown) {}
