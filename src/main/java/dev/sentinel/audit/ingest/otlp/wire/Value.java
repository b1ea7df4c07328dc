package dev.sentinel.audit.ingest.otlp.wire;

/** An {@code AnyValue} of {@code common/v1/common.proto}. Immutable. */
public sealed interface Value permits Text, Whole, Real, Flag, Bytes, Items, Members, Empty {}
