package dev.sentinel.audit.ingest.otlp.wire;

import java.util.Arrays;

/** A {@code bytes_value}. */
public final class Bytes implements Value {
    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    public static Bytes of(byte[] value) {
        return new Bytes(value.clone());
    }

    /** Of an array that nobody changes any more. */
    static Bytes owned(byte[] value) {
        return new Bytes(value);
    }

    public int size() {
        return value.length;
    }

    /** A copy. */
    public byte[] toArray() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "Bytes[size=" + value.length + ']';
    }
}
