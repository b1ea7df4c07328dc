package dev.sentinel.audit.ingest.otlp.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Named values in the order of their first occurrence. If a key occurs twice, the last value counts, as in the SDKs.
 * Immutable.
 */
public final class Attributes {
    public static final Attributes NONE = builder().build();

    private final Map<String, Value> values;
    private final int malformed;

    private Attributes(Map<String, Value> values, int malformed) {
        this.values = values;
        this.malformed = malformed;
    }

    /** Collects attributes. One thread; used once. */
    public static final class Builder {
        private final Map<String, Value> values = new LinkedHashMap<>();
        private int malformed;

        private Builder() {}

        public Builder put(String key, Value value) {
            values.put(key, value);
            return this;
        }

        public Builder put(String key, String value) {
            return put(key, Text.of(value));
        }

        public Builder put(String key, long value) {
            return put(key, new Whole(value));
        }

        public Builder put(String key, boolean value) {
            return put(key, new Flag(value));
        }

        /** Counts an attribute that was left out since it cannot be read, or since there is no room for it. */
        public Builder malformed() {
            malformed++;
            return this;
        }

        public Attributes build() {
            return new Attributes(values, malformed);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Null if it is absent; {@link Empty} if it is there without a value. */
    public @Nullable Value get(String key) {
        return values.get(key);
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /**
     * The string, or the text of a number or flag; null if it is absent or none of these. Also null if only the
     * beginning of the string is held: it identifies nothing, and may end within a secret.
     */
    public @Nullable String text(String key) {
        Value value = values.get(key);
        if (value instanceof Text text) {
            return text.isCut() ? null : text.remembered();
        }
        if (value instanceof Whole whole) {
            return Long.toString(whole.value());
        }
        if (value instanceof Real real) {
            return Double.toString(real.value());
        }
        return value instanceof Flag flag ? Boolean.toString(flag.value()) : null;
    }

    /** In order; cannot be changed. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    public void forEach(BiConsumer<String, Value> action) {
        values.forEach(action);
    }

    public int size() {
        return values.size();
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** How many attributes were left out since they could not be read; without those of nested values. */
    public int malformed() {
        return malformed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that && malformed == that.malformed && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The keys only: values may be secrets. */
    @Override
    public String toString() {
        return "Attributes" + values.keySet();
    }
}
