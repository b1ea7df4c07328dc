package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.TestClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Runs {@code fault_server.py}, which injects a scenario's faults between a client and a real server. */
final class FaultServer implements AutoCloseable {
    private static final Path SCRIPT = Path.of("src/test/python/fault_server.py");
    private static final String CERTIFICATE = "certificate=";

    private final Process process;
    private final boolean tls;
    private final Path certificate;
    private final int port;
    private final Semaphore downs = new Semaphore(0);

    private FaultServer(Process process) throws IOException {
        this.process = process;
        BufferedReader output = process.inputReader(UTF_8);
        String line = output.readLine();
        this.tls = line != null && line.startsWith(CERTIFICATE);
        this.certificate = tls ? Path.of(line.substring(CERTIFICATE.length())) : Path.of("none");
        line = tls ? output.readLine() : line;
        if (line == null) {
            throw new AssertionError("the fault server did not start");
        }
        this.port = Integer.parseInt(line.substring("port=".length()));
        Thread reader = new Thread(() -> output.lines().forEach(down -> downs.release()));
        reader.setDaemon(true);
        reader.start();
    }

    static FaultServer start(Path scenario, int target, Path work) throws IOException {
        return new FaultServer(new ProcessBuilder(
                        "python3",
                        SCRIPT.toString(),
                        scenario.toString(),
                        "--target",
                        "http://127.0.0.1:" + target,
                        "--work-dir",
                        work.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String url() {
        return (tls ? "https" : "http") + "://127.0.0.1:" + port;
    }

    /** Whether it has gone down since the last call; waits up to 5 ms for it. */
    boolean hasGoneDown() throws InterruptedException {
        return downs.tryAcquire(5, TimeUnit.MILLISECONDS);
    }

    void comeUp() throws IOException {
        process.outputWriter(UTF_8).append("up\n").flush();
    }

    /** The counts of requests that it has seen. */
    JsonNode seen() throws IOException {
        return new ObjectMapper().readTree(new TestClient(port).get("/_faults").body());
    }

    /** A context that trusts only the fault server's certificate. */
    SSLContext trust() {
        try (InputStream pem = Files.newInputStream(certificate)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "fault-server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
