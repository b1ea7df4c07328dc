package dev.sentinel.audit.config;

import java.time.Duration;

/**
 * Bounds on what comes in.
 *
 * @param maxBodyBytes of one request, after decompression
 * @param maxBatchEvents of one request
 * @param maxInFlightEvents accepted and not yet answered, over all requests; at least maxBatchEvents
 * @param maxInFlightBytes of request bodies being held, over all requests; at least maxBodyBytes
 * @param admissionWait how long a request waits for room before it is answered 503
 * @param bodyTimeout how long a client may take to send a body
 */
public record IngestConfig(
        int maxBodyBytes,
        int maxBatchEvents,
        int maxInFlightEvents,
        long maxInFlightBytes,
        Duration admissionWait,
        Duration bodyTimeout) {}
