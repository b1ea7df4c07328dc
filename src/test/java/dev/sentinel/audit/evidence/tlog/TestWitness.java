package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A witness with an Ed25519 key. It follows the specification with nothing of the package that signs or hashes. */
final class TestWitness {
    private final KeyPair pair;
    private final VerifierKey key;

    TestWitness(String name) {
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        key = VerifierKey.parse(vkey(name, VerifierKey.COSIGNATURE, publicKey()));
    }

    VerifierKey key() {
        return key;
    }

    /** The 32 bytes of its key. */
    byte[] publicKey() {
        byte[] encoded = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    NoteSignature cosign(String checkpoint, long time) {
        byte[] signature = sign("cosignature/v1\ntime " + time + "\n" + checkpoint);
        return new NoteSignature(key.name(), key.keyId(), timestamped(time, signature));
    }

    static byte[] timestamped(long time, byte[] signature) {
        return ByteBuffer.allocate(72).putLong(time).put(signature).array();
    }

    byte[] sign(String message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(message.getBytes(UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a vkey of any algorithm. */
    static String vkey(String name, byte algorithm, byte[] publicKey) {
        byte[] bytes = ByteBuffer.allocate(1 + publicKey.length)
                .put(algorithm)
                .put(publicKey)
                .array();
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((name + "\n").getBytes(UTF_8));
            byte[] id = Arrays.copyOf(digest.digest(bytes), 4);
            return name + "+" + HexFormat.of().formatHex(id) + "+"
                    + Base64.getEncoder().encodeToString(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
