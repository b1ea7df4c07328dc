package dev.sentinel.audit.evidence.tlog;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Ed25519 (RFC 8032) with keys of 32 raw bytes, which the JDK takes only with the headers of RFC 8410. */
final class Ed25519 {
    static final int KEY_BYTES = 32;
    static final int SIGNATURE_BYTES = 64;

    private static final String NAME = "Ed25519";
    private static final byte[] PUBLIC_HEADER = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PRIVATE_HEADER = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private Ed25519() {}

    /** @throws MalformedNoteException if the bytes are not a point of the curve */
    static PublicKey publicKey(byte[] raw) {
        try {
            PublicKey key =
                    KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(join(PUBLIC_HEADER, raw)));
            // The JDK looks for the point only now.
            Signature.getInstance(NAME).initVerify(key);
            return key;
        } catch (InvalidKeySpecException | InvalidKeyException e) {
            throw new MalformedNoteException("the public key is not an Ed25519 key");
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** @throws MalformedNoteException if these are not 32 bytes */
    static PrivateKey privateKey(byte[] seed) {
        if (seed.length != KEY_BYTES) {
            throw new MalformedNoteException("the private key is not an Ed25519 key");
        }
        try {
            return KeyFactory.getInstance(NAME).generatePrivate(new PKCS8EncodedKeySpec(join(PRIVATE_HEADER, seed)));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME);
            generator.initialize(NamedParameterSpec.ED25519, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static byte[] raw(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    }

    static byte[] seed(PrivateKey key) {
        return ((EdECPrivateKey) key).getBytes().orElseThrow();
    }

    static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(NAME);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static boolean verify(PublicKey key, byte[] message, byte[] signature) {
        // The JDK accepts a genuine signature with zeros after it, so one note would have several spellings.
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(NAME);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false; // The JDK throws for some signatures that it cannot decode.
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static byte[] join(byte[] header, byte[] key) {
        byte[] joined = Arrays.copyOf(header, header.length + key.length);
        System.arraycopy(key, 0, joined, header.length, key.length);
        return joined;
    }

    private static IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
}
