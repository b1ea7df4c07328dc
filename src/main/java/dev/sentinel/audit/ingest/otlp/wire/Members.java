package dev.sentinel.audit.ingest.otlp.wire;

/** A {@code kvlist_value}. */
public record Members(Attributes attributes) implements Value {}
