package dev.sentinel.audit.ingest.otlp.wire;

/** An {@code AnyValue} without a value, which is legal and common: null, or an attribute that has only a key. */
public record Empty() implements Value {
    public static final Empty EMPTY = new Empty();
}
