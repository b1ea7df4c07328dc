package dev.sentinel.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Authorities, certificates and keys, created by openssl, in one directory: each as {@code name.pem} and
 * {@code name.key}.
 */
public final class Certificates {
    private final Path directory;

    public Certificates(Path directory) {
        this.directory = directory;
    }

    public static boolean canBeMade() throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v openssl").start().waitFor() == 0;
    }

    public Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    /** The key in PKCS #8, as openssl writes it today. */
    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /** The key in the older form that names its algorithm, as openssl wrote it before. */
    public Path traditionalKey(String name) throws IOException, InterruptedException {
        Path key = directory.resolve(name + ".traditional.key");
        run("openssl", "pkey", "-traditional", "-in", key(name).toString(), "-out", key.toString());
        return key;
    }

    public void authority(String name) throws IOException, InterruptedException {
        make(
                name,
                "ec",
                List.of("-pkeyopt", "ec_paramgen_curve:P-256"),
                List.of("-addext", "basicConstraints=critical,CA:TRUE"));
    }

    /** A certificate with an EC key. */
    public void issue(String name, String authority, String extension) throws IOException, InterruptedException {
        make(name, "ec", List.of("-pkeyopt", "ec_paramgen_curve:P-256"), signedBy(authority, extension));
    }

    /** A certificate with an RSA key. */
    public void issueRsa(String name, String authority) throws IOException, InterruptedException {
        make(name, "rsa:2048", List.of(), signedBy(authority, "extendedKeyUsage=clientAuth"));
    }

    private List<String> signedBy(String authority, String extension) {
        return List.of(
                "-addext",
                extension,
                "-CA",
                certificate(authority).toString(),
                "-CAkey",
                key(authority).toString());
    }

    private void make(String name, String algorithm, List<String> keyOptions, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", algorithm));
        command.addAll(keyOptions);
        command.addAll(List.of("-nodes", "-days", "2", "-subj", "/CN=" + name));
        command.addAll(options);
        command.addAll(List.of(
                "-keyout", key(name).toString(), "-out", certificate(name).toString()));
        run(command.toArray(String[]::new));
    }

    private void run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("openssl.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new AssertionError(Files.readString(output, StandardCharsets.UTF_8));
        }
    }
}
