package dev.sentinel.audit.event;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What hides the resource, the metadata and the personal {@link Links} of an event from those who know only its
 * {@link Leaf}: a random salt for each, with which the leaf commits to it. A reader of the event and its seal can check
 * the commitments. A field that was erased leaves its commitment in place of the salt, so that the leaf stays the same.
 * Immutable.
 */
public final class Seal {
    static final int SALT_BYTES = 16;

    /** Bytes of a commitment, as of every SHA-256. */
    static final int COMMITMENT_BYTES = 32;

    /** The name of the part for links, in JSON and as a label. */
    static final String LINKS = "links";

    private final byte[] resource;
    private final byte[] metadata;
    private final byte @Nullable [] links;

    private Seal(byte[] resource, byte[] metadata, byte @Nullable [] links) {
        this.resource = resource;
        this.metadata = metadata;
        this.links = links;
    }

    /**
     * Each of 16 bytes (a salt) or 32 (a commitment); copied. Throws {@link IllegalArgumentException} for any other
     * length.
     *
     * @param links null for an event without personal links
     */
    public static Seal of(byte[] resource, byte[] metadata, byte @Nullable [] links) {
        return new Seal(checked(resource), checked(metadata), links == null ? null : checked(links));
    }

    /**
     * Two or three salts, which must be random, from this position on.
     *
     * @param salts 3 for an event with personal links, else 2
     */
    static Seal at(byte[] random, int from, int salts) {
        return new Seal(salt(random, from, 0), salt(random, from, 1), salts == 2 ? null : salt(random, from, 2));
    }

    private static byte[] salt(byte[] random, int from, int index) {
        int start = from + index * SALT_BYTES;
        return Arrays.copyOfRange(random, start, start + SALT_BYTES);
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

    /** A copy of the salt or commitment of the personal links; null for an event without. */
    public byte @Nullable [] links() {
        return links == null ? null : links.clone();
    }

    /** Not copied, for {@link Leaf}; the same holds for the other parts. */
    byte[] resourcePart() {
        return resource;
    }

    byte[] metadataPart() {
        return metadata;
    }

    byte @Nullable [] linksPart() {
        return links;
    }

    /** As the member {@code seal} of an event: an object of strings in lower-case hexadecimal digits. */
    public String toJson() {
        HexFormat hex = HexFormat.of();
        return "{\"resource\":\"" + hex.formatHex(resource) + "\",\"metadata\":\"" + hex.formatHex(metadata) + "\""
                + (links == null ? "" : ",\"" + LINKS + "\":\"" + hex.formatHex(links) + "\"") + "}";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Seal seal
                && Arrays.equals(resource, seal.resource)
                && Arrays.equals(metadata, seal.metadata)
                && Arrays.equals(links, seal.links);
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
