package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSSL 3 verifies a signature from nothing but the vkey, the text and the signature line. */
class OpensslTest {
    private static final Path PROGRAM = Path.of("/usr/bin/openssl");

    @TempDir
    private Path directory;

    @Test
    void sign_text_isVerifiedByOpenssl() throws Exception {
        assumeThat(PROGRAM).as("openssl is not installed").isExecutable();
        SigningKey key = SigningKey.generate("example.com/log/1", new SecureRandom());
        String text = new Checkpoint("example.com/log/1", 0, TreeHash.EMPTY).text();
        Path publicKey = Files.writeString(directory.resolve("public.pem"), pem(key.verifierKey()));
        Path message = Files.writeString(directory.resolve("text"), text);
        Path signature =
                Files.write(directory.resolve("signature"), key.sign(text).signature());

        assertThat(verify(publicKey, message, signature)).isTrue();

        Files.writeString(message, text.replace("log/1", "log/2"));
        assertThat(verify(publicKey, message, signature)).isFalse();
    }

    private static String pem(VerifierKey key) {
        byte[] header = HexFormat.of().parseHex("302a300506032b6570032100");
        byte[] der = new byte[header.length + 32];
        System.arraycopy(header, 0, der, 0, header.length);
        System.arraycopy(key.publicKey(), 0, der, header.length, 32);
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
    }

    private boolean verify(Path publicKey, Path message, Path signature) throws Exception {
        File output = directory.resolve("output").toFile();
        Process process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "pkeyutl",
                        "-verify",
                        "-rawin",
                        "-pubin",
                        "-inkey",
                        publicKey.toString(),
                        "-sigfile",
                        signature.toString(),
                        "-in",
                        message.toString())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output.toPath())).contains("Signature Verif");
        return process.exitValue() == 0;
    }
}
