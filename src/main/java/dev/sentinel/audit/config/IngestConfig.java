package dev.sentinel.audit.config;

import java.time.Duration;

/**
 * Bounds on ingestion.
 *
 * @param maxBodyBytes the body of one request, after decompression
 * @param maxBatchEvents events in one request
 * @param maxInFlightEvents events accepted and not yet answered, over all requests; at least maxBatchEvents
 * @param maxInFlightBytes request bodies held in memory, over all requests; at least twice maxBodyBytes
 * @param admissionWait how long a request waits for admission before it is answered 503
 * @param bodyTimeout how long a client may take to send a body
 * @param minBodyRate bytes per second that a client must send of a body; 0 for any rate
 */
public record IngestConfig(
        int maxBodyBytes,
        int maxBatchEvents,
        int maxInFlightEvents,
        long maxInFlightBytes,
        Duration admissionWait,
        Duration bodyTimeout,
        long minBodyRate) {}
