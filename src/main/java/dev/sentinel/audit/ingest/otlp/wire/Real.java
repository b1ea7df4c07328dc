package dev.sentinel.audit.ingest.otlp.wire;

/** A {@code double_value}; may be NaN or infinite. */
public record Real(double value) implements Value {}
