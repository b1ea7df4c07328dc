package dev.sentinel.audit.digest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Computes SHA-256 (FIPS 180-4), of bytes at once or of a sequence of parts. Text is hashed as UTF-8. One thread. */
public final class Sha256 {
    private final MessageDigest digest;

    /** Starts a digest without any part. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The 32 bytes of the digest of these bytes. */
    public static byte[] of(byte[] bytes) {
        return new Sha256().add(bytes).finish();
    }

    /** The 32 bytes of the digest of this text. */
    public static byte[] of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /** Adds a part. */
    public Sha256 add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds a part of an array. */
    public Sha256 add(byte[] bytes, int from, int count) {
        digest.update(bytes, from, count);
        return this;
    }

    /** Adds one byte. */
    public Sha256 add(byte value) {
        digest.update(value);
        return this;
    }

    /** Adds a part that is text. */
    public Sha256 add(String text) {
        return add(text.getBytes(UTF_8));
    }

    /** Returns the 32 bytes of the digest of all parts since the last call, and starts a new digest. */
    public byte[] finish() {
        return digest.digest();
    }
}
