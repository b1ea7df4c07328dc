package dev.sentinel.audit.ingest.otlp.wire;

/**
 * Where records come from. Records of one scope share the object.
 *
 * @param resource attributes of the process, such as {@code service.name}
 */
public record Origin(Attributes resource, Scope scope) {}
