package dev.sentinel.audit.store.sqlite;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.UUID;

/** How ids look inside the index: 128 bits each, stored as 16 bytes. */
final class Keys {
    /** The order of the stored bytes, which is unsigned, unlike that of {@link UUID#compareTo}. */
    static final Comparator<UUID> ORDER = (left, right) -> {
        int high = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits());
    };

    private Keys() {}

    static byte[] bytes(UUID key) {
        return ByteBuffer.allocate(16)
                .putLong(key.getMostSignificantBits())
                .putLong(key.getLeastSignificantBits())
                .array();
    }

    /**
     * The first 128 bits of SHA-256: traces are many and short, so they get no table of their own, and a client cannot
     * make two of them collide.
     */
    static UUID ofTraceId(String traceId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(traceId.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bits = ByteBuffer.wrap(digest);
            return new UUID(bits.getLong(), bits.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
