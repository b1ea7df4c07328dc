package dev.sentinel.audit.digest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Computes HMAC-SHA-256 (RFC 2104, FIPS 180-4) of a sequence of parts. Text is authenticated as UTF-8. One thread. */
public final class HmacSha256 {
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    /** @param key not empty; 32 random bytes are best */
    public HmacSha256(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw impossible(e);
        }
    }

    private static IllegalStateException impossible(GeneralSecurityException cause) {
        return new IllegalStateException("every Java platform has HMAC-SHA-256 for keys of any length", cause);
    }

    /** Starts a new code with another key. Cheaper than a new object. */
    public HmacSha256 restart(byte[] key) {
        try {
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return this;
        } catch (InvalidKeyException e) {
            throw impossible(e);
        }
    }

    /** Adds a part. */
    public HmacSha256 add(byte[] bytes) {
        mac.update(bytes);
        return this;
    }

    /** Adds a part of an array. */
    public HmacSha256 add(byte[] bytes, int from, int count) {
        mac.update(bytes, from, count);
        return this;
    }

    /** Adds one byte. */
    public HmacSha256 add(byte value) {
        mac.update(value);
        return this;
    }

    /** Adds a part that is text. */
    public HmacSha256 add(String text) {
        return add(text.getBytes(UTF_8));
    }

    /** Returns the 32 bytes of the code of all parts since the last call, and starts a new one. */
    public byte[] finish() {
        return mac.doFinal();
    }
}
