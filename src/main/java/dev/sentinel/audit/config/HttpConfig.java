package dev.sentinel.audit.config;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the HTTP server.
 *
 * @param port 0 to 65535; 0 chooses a free port
 * @param eventLoops instances of the HTTP verticle
 * @param maxConnections over all event loops; further connections are closed at once
 * @param idleTimeout a connection without traffic for this time is closed
 * @param answerTimeout the connection of a client that takes longer to read a response is closed
 * @param maxStreams open streams over all event loops; further ones are refused
 * @param maxExports concurrent exports; further ones are refused
 * @param basePath the path below which a proxy publishes the server
 * @param allowedOrigins origins of web pages that may call the API; {@code *} allows all
 */
public record HttpConfig(
        String host,
        int port,
        int eventLoops,
        int maxConnections,
        Duration idleTimeout,
        Duration answerTimeout,
        int maxStreams,
        int maxExports,
        BasePath basePath,
        List<String> allowedOrigins) {
    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** A copy that listens on another host. */
    public HttpConfig withHost(String newHost) {
        return new HttpConfig(
                newHost,
                port,
                eventLoops,
                maxConnections,
                idleTimeout,
                answerTimeout,
                maxStreams,
                maxExports,
                basePath,
                allowedOrigins);
    }
}
