package dev.sentinel.audit.config;

import java.time.Duration;

/**
 * The HTTP server.
 *
 * @param port 0 to 65535; 0 takes a free one
 * @param eventLoops instances of the HTTP verticle
 * @param idleTimeout a connection on which nothing moves for so long is closed
 */
public record HttpConfig(String host, int port, int eventLoops, Duration idleTimeout) {}
