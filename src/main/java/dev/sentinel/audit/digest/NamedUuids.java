package dev.sentinel.audit.digest;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Derives UUIDs from names, so that the same name has the same id wherever and whenever it is seen. An id is a UUID of
 * version 8 (RFC 9562) from the first 122 bits of SHA-256, because collisions of SHA-1 (version 5) can be made on
 * purpose by an agent that wants an action hidden. One thread.
 */
public final class NamedUuids {
    private final String space;

    /** Costly to create. */
    private final Sha256 digest = new Sha256();

    /** @param space sets these names apart from others; without NUL */
    public NamedUuids(String space) {
        this.space = space;
    }

    /** The id of a name of several parts, which are joined by NUL: only the last one may contain it. */
    public UUID of(String... parts) {
        digest.add(space);
        for (String part : parts) {
            digest.add((byte) 0).add(part);
        }
        ByteBuffer bits = ByteBuffer.wrap(digest.finish());
        long first = bits.getLong();
        long second = bits.getLong();
        // 48 bits, version 8, 12 bits; variant 2, 62 bits.
        long high = (first & 0xFFFF_FFFF_FFFF_0000L) | 0x8000L | ((first >>> 4) & 0xFFFL);
        long low = 0x8000_0000_0000_0000L | ((first & 0xFL) << 58) | (second >>> 6);
        return new UUID(high, low);
    }
}
