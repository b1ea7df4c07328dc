package dev.sentinel.audit.ingest.otlp.wire;

/** An {@code int_value}: signed, 64 bits. */
public record Whole(long value) implements Value {}
