package dev.sentinel.audit.client;

/**
 * A step of a trace, within which others happen. Immutable.
 *
 * @param spanId the id that the events within it have as their parent
 */
record Span(String traceId, String spanId) {}
