package dev.sentinel.audit.ingest.otlp.wire;

/**
 * The instrumentation library that made a record.
 *
 * @param name empty if absent
 * @param version empty if absent
 */
public record Scope(String name, String version) {
    public static final Scope NONE = new Scope("", "");
}
