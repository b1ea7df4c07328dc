package dev.sentinel.audit.config;

/** Everything that can be configured. */
public record SentinelConfig(HttpConfig http, IngestConfig ingest, StoreConfig store) {}
