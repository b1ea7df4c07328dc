package dev.sentinel.audit.config;

import java.time.Duration;
import java.util.List;

/**
 * The HTTP server.
 *
 * @param port 0 to 65535; 0 takes a free one
 * @param eventLoops instances of the HTTP verticle
 * @param maxConnections of all event loops; more are closed at once
 * @param idleTimeout a connection on which nothing moves for so long is closed
 * @param answerTimeout a client that takes longer to read an answer is cut off
 * @param maxStreams open at once, of all event loops; further ones are refused
 * @param maxExports under way at once; further ones are refused
 * @param allowedOrigins of pages that may use the interface; {@code *} is all
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
        List<String> allowedOrigins) {
    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** The same on another address. */
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
                allowedOrigins);
    }
}
