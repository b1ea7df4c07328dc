package dev.sentinel.audit.event;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What hides the resource and the metadata of an event from those who know only its {@link Leaf}: a random salt for
 * each, with which the leaf commits to it. A reader of the event and its seal can check the commitments. A field that
 * was erased leaves its commitment in place of the salt, so that the leaf stays the same. Immutable.
 */
public final class Seal {
    static final int SALT_BYTES = 16;

    /** Bytes of a commitment, as of every SHA-256. */
    static final int COMMITMENT_BYTES = 32;

    private final byte[] resource;
    private final byte[] metadata;

    private Seal(byte[] resource, byte[] metadata) {
        this.resource = resource;
        this.metadata = metadata;
    }

    /**
     * Each of 16 bytes (a salt) or 32 (a commitment); copied. Throws {@link IllegalArgumentException} for any other
     * length.
     */
    public static Seal of(byte[] resource, byte[] metadata) {
        return new Seal(checked(resource), checked(metadata));
    }

    /** Two salts, which must be random, from this position on. */
    static Seal at(byte[] random, int from) {
        return new Seal(
                Arrays.copyOfRange(random, from, from + SALT_BYTES),
                Arrays.copyOfRange(random, from + SALT_BYTES, from + 2 * SALT_BYTES));
    }

    private static byte[] checked(byte[] part) {
        if (part.length != SALT_BYTES && part.length != COMMITMENT_BYTES) {
            throw new IllegalArgumentException("a seal has 16 or 32 bytes, not " + part.length);
        }
        return part.clone();
    }

    /** A copy of the salt or commitment of the resource. */
    public byte[] resource() {
        return resource.clone();
    }

    /** A copy of the salt or commitment of the metadata. */
    public byte[] metadata() {
        return metadata.clone();
    }

    /** Not copied, for {@link Leaf}. */
    byte[] part(boolean ofResource) {
        return ofResource ? resource : metadata;
    }

    /** As the member {@code seal} of an event: an object of two strings in lower-case hexadecimal digits. */
    public String toJson() {
        HexFormat hex = HexFormat.of();
        return "{\"resource\":\"" + hex.formatHex(resource) + "\",\"metadata\":\"" + hex.formatHex(metadata) + "\"}";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Seal seal
                && Arrays.equals(resource, seal.resource)
                && Arrays.equals(metadata, seal.metadata);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(resource) + Arrays.hashCode(metadata);
    }

    @Override
    public String toString() {
        return toJson();
    }
}
