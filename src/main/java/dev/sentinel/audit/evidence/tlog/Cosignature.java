package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.PublicKey;

/**
 * What a witness with an Ed25519 key signs: a checkpoint, and when it saw it (cosignature/v1 of
 * c2sp.org/tlog-cosignature). Its signature is the time, 8 bytes of seconds since 1970, and 64 bytes of Ed25519.
 */
final class Cosignature {
    private Cosignature() {}

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
