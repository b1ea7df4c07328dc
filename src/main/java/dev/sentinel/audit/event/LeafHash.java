package dev.sentinel.audit.event;

import java.util.Arrays;
import java.util.HexFormat;

/** The hash of an event's {@link Leaf} (RFC 6962, section 2.1). Immutable. */
public final class LeafHash {
    /** The length of a hash. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    /** @param bytes not copied */
    LeafHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies the 32 bytes. */
    public static LeafHash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a hash has " + BYTES + " bytes, not " + bytes.length);
        }
        return new LeafHash(bytes.clone());
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Copies the 32 bytes to a position of an array. */
    public void copyTo(byte[] target, int at) {
        System.arraycopy(bytes, 0, target, at, BYTES);
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LeafHash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
