package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.digest.HmacSha256;
import java.util.Base64;

/**
 * A secret that sender and receiver of webhooks share, and its signatures {@code v1} (Standard Webhooks 1.0, "Signature
 * scheme"). Immutable; any thread.
 */
final class WebhookSecret {
    private static final String PREFIX = "whsec_";
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;

    private final byte[] key;

    private WebhookSecret(byte[] key) {
        this.key = key;
    }

    /**
     * Reads a secret.
     *
     * @throws IllegalArgumentException if it is not {@code whsec_} and the base64 of 24 to 64 bytes; does not show it
     */
    static WebhookSecret parse(String text) {
        byte[] key = text.startsWith(PREFIX) ? decoded(text.substring(PREFIX.length())) : new byte[0];
        if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
            throw new IllegalArgumentException("secret must be whsec_ and the base64 of 24 to 64 random bytes");
        }
        return new WebhookSecret(key);
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /**
     * The signature of a message.
     *
     * @param id without a dot
     * @param seconds since 1970
     */
    String sign(String id, long seconds, byte[] body) {
        byte[] code =
                new HmacSha256(key).add(id + "." + seconds + ".").add(body).finish();
        return "v1," + Base64.getEncoder().encodeToString(code);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return PREFIX + "***";
    }
}
