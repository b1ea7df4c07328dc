package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An Ed25519 key that signs notes: of a log, or of a witness, which signs checkpoints with the time. Its file has the
 * private key in the form of Go's tools (golang.org/x/mod), which all tools of C2SP read, and the vkey on the second
 * line, because the JDK cannot compute a public key from a private one. Neither messages nor {@link #toString} show the
 * private key. Immutable.
 */
public final class SigningKey {
    private static final String START = "PRIVATE+KEY+";

    private final VerifierKey verifierKey;
    private final PrivateKey privateKey;

    private SigningKey(VerifierKey verifierKey, PrivateKey privateKey) {
        this.verifierKey = verifierKey;
        this.privateKey = privateKey;
    }

    /**
     * Generates a key.
     *
     * @param name of the key; the origin of its log
     * @throws MalformedNoteException if the name is empty or has a space, a plus or a control character
     */
    public static SigningKey generate(String name, SecureRandom random) {
        return generate(name, VerifierKey.ED25519, random);
    }

    /**
     * Generates a key of a witness, which signs nothing but cosignatures.
     *
     * @throws MalformedNoteException as {@link #generate}
     */
    public static SigningKey generateWitness(String name, SecureRandom random) {
        return generate(name, VerifierKey.COSIGNATURE, random);
    }

    private static SigningKey generate(String name, byte algorithm, SecureRandom random) {
        KeyPair pair = Ed25519.generate(random);
        return new SigningKey(VerifierKey.ed25519(name, algorithm, Ed25519.raw(pair.getPublic())), pair.getPrivate());
    }

    /**
     * Parses the text of a key file of a log.
     *
     * @throws MalformedNoteException if the text is not what {@link #toFileText} returns, or the private key does not
     *     belong to the vkey
     */
    public static SigningKey parse(String fileText) {
        return parse(fileText, VerifierKey.ED25519);
    }

    /** Parses the text of a key file of a witness; see {@link #parse(String)}. */
    public static SigningKey parseWitness(String fileText) {
        return parse(fileText, VerifierKey.COSIGNATURE);
    }

    private static SigningKey parse(String fileText, byte algorithm) {
        String[] lines = fileText.split("\n", -1);
        if (lines.length != 3 || !lines[2].isEmpty()) {
            throw new MalformedNoteException("the key file does not have two lines: a private key and a verifier key");
        }
        if (!lines[0].startsWith(START)) {
            throw new MalformedNoteException("line 1 of the key file does not start with " + START);
        }
        String[] parts = lines[0].substring(START.length()).split("\\+", 3);
        if (parts.length < 3) {
            throw new MalformedNoteException("the private key does not have five parts, separated by +");
        }
        byte[] bytes = Syntax.base64("the private key", parts[2]);
        if (bytes.length != 1 + Ed25519.KEY_BYTES || bytes[0] != algorithm) {
            throw new MalformedNoteException("the private key is not an Ed25519 key of this kind");
        }
        VerifierKey verifierKey = VerifierKey.parse(lines[1]);
        SigningKey key = new SigningKey(verifierKey, Ed25519.privateKey(Arrays.copyOfRange(bytes, 1, bytes.length)));
        if (verifierKey.algorithm() != algorithm
                || !parts[0].equals(verifierKey.name())
                || !parts[1].equals(hexId(verifierKey))
                || !key.verifiesItself()) {
            throw new MalformedNoteException("the private key and the verifier key do not belong together");
        }
        return key;
    }

    private boolean verifiesItself() {
        byte[] text = "\n".getBytes(UTF_8);
        return verifierKey.verifies(text, signature(text, 0));
    }

    /** Returns the text of the key file. It is a secret. */
    public String toFileText() {
        byte[] bytes = new byte[1 + Ed25519.KEY_BYTES];
        bytes[0] = verifierKey.algorithm();
        System.arraycopy(Ed25519.seed(privateKey), 0, bytes, 1, Ed25519.KEY_BYTES);
        return START + verifierKey.name() + "+" + hexId(verifierKey) + "+" + Syntax.base64(bytes) + "\n" + verifierKey
                + "\n";
    }

    /** Returns the key that verifies what this one signs. */
    public VerifierKey verifierKey() {
        return verifierKey;
    }

    /**
     * Signs the text of a note. It takes about 1 ms.
     *
     * @throws MalformedNoteException if the text is not one of a note, see {@link SignedNote}
     */
    public NoteSignature sign(String noteText) {
        require(VerifierKey.ED25519);
        return sign(noteText, 0);
    }

    /**
     * Cosigns the text of a checkpoint with the key of a witness. It takes about 1 ms.
     *
     * @param time seconds since 1970, when the witness saw the checkpoint; not negative
     * @throws MalformedNoteException if the text is not one of a note
     */
    public NoteSignature cosign(String checkpointText, long time) {
        require(VerifierKey.COSIGNATURE);
        return sign(checkpointText, time);
    }

    private void require(byte algorithm) {
        if (verifierKey.algorithm() != algorithm) {
            throw new IllegalStateException(verifierKey + " is a key of another kind");
        }
    }

    private NoteSignature sign(String noteText, long time) {
        SignedNote.requireText(noteText);
        return new NoteSignature(verifierKey.name(), verifierKey.keyId(), signature(noteText.getBytes(UTF_8), time));
    }

    private byte[] signature(byte[] text, long time) {
        return verifierKey.algorithm() == VerifierKey.COSIGNATURE
                ? Cosignature.sign(privateKey, time, text)
                : Ed25519.sign(privateKey, text);
    }

    private static String hexId(VerifierKey key) {
        return HexFormat.of().toHexDigits(key.keyId());
    }

    /** Names the key by its vkey. */
    @Override
    public String toString() {
        return "SigningKey[" + verifierKey + "]";
    }
}
