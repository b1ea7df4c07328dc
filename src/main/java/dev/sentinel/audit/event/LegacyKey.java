package dev.sentinel.audit.event;

import dev.sentinel.audit.digest.HmacSha256;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives seals to the events of a log that were stored before events had seals, without writing them again. A holder of
 * the key can test guesses of such an event, also after it was erased. Immutable, any thread.
 */
public final class LegacyKey {
    /** The length of a key. */
    public static final int BYTES = 32;

    private static final String RESOURCE = "resource";
    private static final String METADATA = "metadata";

    private final byte[] key;

    private LegacyKey(byte[] key) {
        this.key = key;
    }

    /** Copies the key. Throws {@link IllegalArgumentException} unless it has {@value #BYTES} bytes. */
    public static LegacyKey of(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a legacy key has " + BYTES + " bytes, not " + key.length);
        }
        return new LegacyKey(key.clone());
    }

    public static LegacyKey random() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return new LegacyKey(key);
    }

    /** A copy of the key. */
    public byte[] bytes() {
        return key.clone();
    }

    /**
     * The seal of an event of which these parts are stored: a part that is null or empty is computed, the same at every
     * call. Throws {@link IllegalArgumentException} if a part is not that of a seal.
     *
     * @param links is not computed: events that were stored without seals have no links
     */
    public Seal complete(
            UUID eventId, byte @Nullable [] resource, byte @Nullable [] metadata, byte @Nullable [] links) {
        boolean hasResource = resource != null && resource.length > 0;
        boolean hasMetadata = metadata != null && metadata.length > 0;
        boolean hasLinks = links != null && links.length > 0;
        return Seal.of(
                hasResource ? resource : salt(eventId, RESOURCE),
                hasMetadata ? metadata : salt(eventId, METADATA),
                hasLinks ? links : null);
    }

    private byte[] salt(UUID eventId, String label) {
        return Arrays.copyOf(
                new HmacSha256(key).add(eventId.toString() + '\n' + label).finish(), Seal.SALT_BYTES);
    }
}
