package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An Ed25519 key that signs notes. Its file has the private key in the form of Go's tools (golang.org/x/mod), which all
 * tools of C2SP read, and the vkey on the second line, because the JDK cannot compute a public key from a private one.
 * Neither messages nor {@link #toString} show the private key. Immutable.
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
        KeyPair pair = Ed25519.generate(random);
        return new SigningKey(VerifierKey.ed25519(name, Ed25519.raw(pair.getPublic())), pair.getPrivate());
    }

    /**
     * Parses the text of a key file.
     *
     * @throws MalformedNoteException if the text is not what {@link #toFileText} returns, or the private key does not
     *     belong to the vkey
     */
    public static SigningKey parse(String fileText) {
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
        if (bytes.length != 1 + Ed25519.KEY_BYTES || bytes[0] != VerifierKey.ED25519) {
            throw new MalformedNoteException("the private key is not an Ed25519 key");
        }
        VerifierKey verifierKey = VerifierKey.parse(lines[1]);
        SigningKey key = new SigningKey(verifierKey, Ed25519.privateKey(Arrays.copyOfRange(bytes, 1, bytes.length)));
        if (verifierKey.algorithm() != VerifierKey.ED25519
                || !parts[0].equals(verifierKey.name())
                || !parts[1].equals(hexId(verifierKey))
                || !key.verifiesItself()) {
            throw new MalformedNoteException("the private key and the verifier key do not belong together");
        }
        return key;
    }

    private boolean verifiesItself() {
        byte[] text = "\n".getBytes(UTF_8);
        return verifierKey.verifies(text, Ed25519.sign(privateKey, text));
    }

    /** Returns the text of the key file. It is a secret. */
    public String toFileText() {
        byte[] bytes = new byte[1 + Ed25519.KEY_BYTES];
        bytes[0] = VerifierKey.ED25519;
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
        SignedNote.requireText(noteText);
        return new NoteSignature(
                verifierKey.name(), verifierKey.keyId(), Ed25519.sign(privateKey, noteText.getBytes(UTF_8)));
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
