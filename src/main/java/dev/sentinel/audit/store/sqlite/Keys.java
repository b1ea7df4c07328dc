package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.digest.Sha256;
import java.nio.ByteBuffer;
import java.util.UUID;

/** The binary form of ids in the index: 128 bits each, stored as 16 bytes. */
final class Keys {
    /** The length of the stored form. */
    static final int BYTES = 16;

    /** No id contains this character, so a session and a person with the same id have different keys. */
    private static final String SEPARATOR = "\u0000";

    private Keys() {}

    static byte[] bytes(UUID key) {
        return ByteBuffer.allocate(BYTES)
                .putLong(key.getMostSignificantBits())
                .putLong(key.getLeastSignificantBits())
                .array();
    }

    /**
     * The first 128 bits of SHA-256. Traces are many and short, so they get no table of their own; and a client cannot
     * make two of them collide.
     */
    static UUID ofTraceId(String traceId) {
        return ofText(traceId);
    }

    static UUID ofSession(String sessionId) {
        return ofText("session" + SEPARATOR + sessionId);
    }

    /** Of whom an agent acts for. */
    static UUID ofPrincipal(String onBehalfOf) {
        return ofText("principal" + SEPARATOR + onBehalfOf);
    }

    private static UUID ofText(String text) {
        ByteBuffer bits = ByteBuffer.wrap(Sha256.of(text));
        return new UUID(bits.getLong(), bits.getLong());
    }
}
