package dev.sentinel.audit.ingest.otlp.wire;

/** A {@code bool_value}. */
public record Flag(boolean value) implements Value {}
