package dev.sentinel.audit.ingest.otlp.mapping;

/**
 * A kind of records of a request.
 *
 * @param emitter the name of an emitter in the tables, such as {@code claude-code}
 * @param scope the instrumentation scope as sent, at most 100 characters; empty if absent
 */
public record Producer(String emitter, String scope) {}
