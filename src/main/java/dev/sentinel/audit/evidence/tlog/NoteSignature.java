package dev.sentinel.audit.evidence.tlog;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A signature line of a note (c2sp.org/signed-note). Nothing says yet that it is genuine. Immutable. */
public final class NoteSignature {
    private static final String START = "\u2014 ";

    private final String name;
    private final int keyId;
    private final byte[] signature;

    /**
     * A signature that names a key.
     *
     * @param name of the key
     * @param signature at least one byte, in the format of the key's algorithm, without the key id; copied
     * @throws MalformedNoteException if the name is not one of a key, or the signature is empty
     */
    public NoteSignature(String name, int keyId, byte[] signature) {
        Syntax.requireKeyName(name);
        if (signature.length == 0) {
            throw new MalformedNoteException("a signature is empty");
        }
        this.name = name;
        this.keyId = keyId;
        this.signature = signature.clone();
    }

    /**
     * Parses a line, without the line feed at its end.
     *
     * @throws MalformedNoteException if it is not {@code — <name> <base64(key id, signature)>}
     */
    public static NoteSignature parse(String line) {
        int space = line.indexOf(' ', START.length());
        if (!line.startsWith(START) || space < 0) {
            throw new MalformedNoteException("a signature line is not an em dash, a key name and a signature");
        }
        byte[] bytes = Syntax.base64("a signature", line.substring(space + 1));
        if (bytes.length <= Integer.BYTES) {
            throw new MalformedNoteException("a signature is too short");
        }
        return new NoteSignature(
                line.substring(START.length(), space),
                ByteBuffer.wrap(bytes).getInt(),
                Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
    }

    /** Returns the name of the key that is said to have made it. */
    public String name() {
        return name;
    }

    /** Returns the id of that key. */
    public int keyId() {
        return keyId;
    }

    /** Returns a copy of the signature, without the key id. */
    public byte[] signature() {
        return signature.clone();
    }

    /** Tells whether the line says that this key made it. */
    boolean isOf(VerifierKey key) {
        return name.equals(key.name()) && keyId == key.keyId();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteSignature that
                && name.equals(that.name)
                && keyId == that.keyId
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }

    /** Returns the line, without a line feed. */
    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES + signature.length)
                .putInt(keyId)
                .put(signature)
                .array();
        return START + name + " " + Syntax.base64(bytes);
    }
}
