package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A public key that verifies notes: a vkey of c2sp.org/signed-note. It supports Ed25519 and the Ed25519 cosignatures of
 * witnesses (c2sp.org/tlog-cosignature). A key of another algorithm can be parsed, because a policy may name witnesses
 * with it, but verifies nothing. Immutable.
 */
public final class VerifierKey {
    /** Ed25519 over the text of the note. */
    public static final byte ED25519 = 0x01;

    /** Ed25519 over a time and the text of a checkpoint: cosignature/v1. */
    public static final byte COSIGNATURE = 0x04;

    /** ML-DSA-44 over a time and a checkpoint. Not supported: the JDK has it from version 24 on. */
    public static final byte ML_DSA_44_COSIGNATURE = 0x06;

    private static final Pattern KEY_ID = Pattern.compile("[0-9a-fA-F]{8}");

    private final String name;
    private final int keyId;
    private final byte algorithm;
    private final byte[] publicKey;
    private final Optional<PublicKey> ed25519;

    private VerifierKey(String name, int keyId, byte algorithm, byte[] publicKey) {
        this.name = name;
        this.keyId = keyId;
        this.algorithm = algorithm;
        this.publicKey = publicKey;
        this.ed25519 = algorithm == ED25519 || algorithm == COSIGNATURE
                ? Optional.of(Ed25519.publicKey(publicKey))
                : Optional.empty();
    }

    /** An Ed25519 key of a log with the id that its name and bytes give. */
    static VerifierKey ed25519(String name, byte[] publicKey) {
        return ed25519(name, ED25519, publicKey);
    }

    /**
     * An Ed25519 key with the id that its name and bytes give.
     *
     * @param algorithm {@link #ED25519} or {@link #COSIGNATURE}
     */
    static VerifierKey ed25519(String name, byte algorithm, byte[] publicKey) {
        Syntax.requireKeyName(name);
        return new VerifierKey(name, keyId(name, algorithm, publicKey), algorithm, publicKey);
    }

    /**
     * Parses {@code <name>+<id, 8 hexadecimal digits>+<base64(algorithm, public key)>}.
     *
     * @throws MalformedNoteException if the text is not of this form, is not a key of its algorithm, or has an id that
     *     does not belong to the key; the id of an unsupported algorithm is taken as it is
     */
    public static VerifierKey parse(String vkey) {
        String[] parts = vkey.split("\\+", 3);
        if (parts.length < 3) {
            throw new MalformedNoteException("the verifier key does not have three parts, separated by +");
        }
        String name = parts[0];
        Syntax.requireKeyName(name);
        if (!KEY_ID.matcher(parts[1]).matches()) {
            throw new MalformedNoteException("the key id does not have eight hexadecimal digits");
        }
        int keyId = HexFormat.fromHexDigits(parts[1]);
        byte[] bytes = Syntax.base64("the public key", parts[2]);
        if (bytes.length < 2) {
            throw new MalformedNoteException("the public key is too short");
        }
        VerifierKey key = new VerifierKey(name, keyId, bytes[0], Arrays.copyOfRange(bytes, 1, bytes.length));
        if (key.isSupported() && keyId != keyId(name, key.algorithm, key.publicKey)) {
            throw new MalformedNoteException("the key id does not belong to this name and public key");
        }
        return key;
    }

    private static int keyId(String name, byte algorithm, byte[] publicKey) {
        MessageDigest digest = NodeHasher.sha256();
        digest.update(name.getBytes(UTF_8));
        digest.update((byte) '\n');
        digest.update(algorithm);
        return ByteBuffer.wrap(digest.digest(publicKey)).getInt();
    }

    /** The name of the key's owner: the origin of a log, or the name of a witness. */
    public String name() {
        return name;
    }

    /** The number that tells keys of one name apart. It proves nothing. */
    public int keyId() {
        return keyId;
    }

    /** The type of signature, such as {@link #ED25519}. */
    public byte algorithm() {
        return algorithm;
    }

    /** Returns a copy of the key, without the algorithm. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** Tells whether this version can verify signatures of the key's algorithm. */
    public boolean isSupported() {
        return ed25519.isPresent();
    }

    /**
     * Tells whether the signature is of this key over the text of a note. It never is if the algorithm is not
     * supported.
     *
     * @param text the text of the note, in UTF-8, with its last line feed
     * @param signature without the key id
     */
    public boolean verifies(byte[] text, byte[] signature) {
        return ed25519.map(key -> algorithm == COSIGNATURE
                        ? Cosignature.verify(key, text, signature)
                        : Ed25519.verify(key, text, signature))
                .orElse(false);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that
                && name.equals(that.name)
                && keyId == that.keyId
                && algorithm == that.algorithm
                && Arrays.equals(publicKey, that.publicKey);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + keyId;
    }

    /** Returns the vkey. */
    @Override
    public String toString() {
        byte[] bytes = new byte[1 + publicKey.length];
        bytes[0] = algorithm;
        System.arraycopy(publicKey, 0, bytes, 1, publicKey.length);
        return name + "+" + HexFormat.of().toHexDigits(keyId) + "+" + Syntax.base64(bytes);
    }
}
