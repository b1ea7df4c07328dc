package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;

/**
 * What a witness with an Ed25519 key signs: a checkpoint, and when it saw it (cosignature/v1 of
 * c2sp.org/tlog-cosignature). Its signature is the time, 8 bytes of seconds since 1970, and 64 bytes of Ed25519.
 */
public final class Cosignature {
    private Cosignature() {}

    /**
     * When a witness says that it saw the checkpoint. Only of a signature that its key has verified: nothing else says
     * that the bytes are a time.
     */
    public static Instant time(NoteSignature cosignature) {
        return Instant.ofEpochSecond(ByteBuffer.wrap(cosignature.signature()).getLong());
    }

    static byte[] sign(PrivateKey key, long time, byte[] checkpoint) {
        return ByteBuffer.allocate(Long.BYTES + Ed25519.SIGNATURE_BYTES)
                .putLong(time)
                .put(Ed25519.sign(key, message(time, checkpoint)))
                .array();
    }

    static boolean verify(PublicKey key, byte[] checkpoint, byte[] signature) {
        if (signature.length != Long.BYTES + Ed25519.SIGNATURE_BYTES) {
            return false;
        }
        ByteBuffer parts = ByteBuffer.wrap(signature);
        long time = parts.getLong();
        byte[] ed25519 = new byte[Ed25519.SIGNATURE_BYTES];
        parts.get(ed25519);
        return time >= 0 && Ed25519.verify(key, message(time, checkpoint), ed25519);
    }

    private static byte[] message(long time, byte[] checkpoint) {
        byte[] header = ("cosignature/v1\ntime " + time + "\n").getBytes(US_ASCII);
        return ByteBuffer.allocate(header.length + checkpoint.length)
                .put(header)
                .put(checkpoint)
                .array();
    }
}
