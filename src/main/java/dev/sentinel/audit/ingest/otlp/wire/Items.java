package dev.sentinel.audit.ingest.otlp.wire;

import java.util.List;

/** An {@code array_value}: values of any kinds. */
public record Items(List<Value> values) implements Value {
    public Items {
        values = List.copyOf(values);
    }
}
