package dev.sentinel.audit.forward;

import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the secrets of destinations for the store, with AES-256-GCM under a key in a file that only its owner can
 * read. A copy of the database alone does not open them. Any thread; blocking.
 */
public final class SecretBox {
    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final @Nullable Path keyFile;
    private final boolean makesKey;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param keyFile null if no secrets may be kept
     * @param makesKey whether a missing file is made, with the first secret
     */
    public SecretBox(@Nullable Path keyFile, boolean makesKey) {
        this.keyFile = keyFile;
        this.makesKey = makesKey;
    }

    /**
     * Encrypts a secret.
     *
     * @param context what the secret belongs to; it opens only there
     * @throws IllegalArgumentException if there is no key; the message says what to do
     */
    String seal(String context, String secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keyToSeal(), nonce, context)
                    .doFinal(secret.getBytes(StandardCharsets.UTF_8));
            byte[] both = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
            return Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** Decrypts a secret. Throws {@link IllegalArgumentException} if the key is missing or another one. */
    String open(String context, String sealed) {
        byte[] key = key();
        try {
            byte[] both = Base64.getDecoder().decode(sealed);
            byte[] nonce = Arrays.copyOf(both, NONCE_BYTES);
            byte[] plain = cipher(Cipher.DECRYPT_MODE, key, nonce, context)
                    .doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES);
            return new String(plain, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "its secret cannot be opened with the key in " + keyFile
                            + "; bring that key back, or set the secret again",
                    e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(ALGORITHM);
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private byte[] keyToSeal() {
        if (keyFile != null && makesKey && !Files.exists(keyFile)) {
            make(keyFile);
        }
        return key();
    }

    /** Exclusively: of two processes that make it at the same time, one would seal with a key that is lost. */
    private void make(Path file) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        Path partial = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            PrivateFiles.createDirectories(file.toAbsolutePath().getParent());
            PrivateFiles.replace(partial, (HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.UTF_8));
            try {
                // Fails if there is a file by now, and nobody sees half a key.
                Files.createLink(file, partial);
            } finally {
                Files.delete(partial);
            }
            PrivateFiles.forceDirectory(file.toAbsolutePath().getParent());
        } catch (FileAlreadyExistsException e) {
            // Another process was faster.
        } catch (IOException | UnsupportedOperationException e) {
            throw new IllegalArgumentException("the file " + file + " (SECRETS_KEY_FILE) cannot be made", e);
        }
    }

    private byte[] key() {
        if (keyFile == null) {
            throw new IllegalArgumentException(
                    "several servers may share this database, so SECRETS_KEY_FILE must name a key that all of them"
                            + " have: a file of mode 600 with 64 hexadecimal digits");
        }
        try {
            if (PrivateFiles.isOpenToOthers(keyFile)) {
                throw new IllegalArgumentException("others than its owner may use the file " + keyFile
                        + " (SECRETS_KEY_FILE): give it the mode 600");
            }
            String text = Files.readString(keyFile).strip();
            if (text.matches("[0-9a-fA-F]{" + 2 * KEY_BYTES + "}")) {
                return HexFormat.of().parseHex(text);
            }
        } catch (IOException e) {
            // Falls through to the message.
        }
        throw new IllegalArgumentException(
                "the file " + keyFile + " (SECRETS_KEY_FILE) must be readable and hold 64 hexadecimal digits");
    }
}
