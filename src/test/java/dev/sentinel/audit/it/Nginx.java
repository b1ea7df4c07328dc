package dev.sentinel.audit.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An nginx on free ports, with a file of {@code conf/nginx} except for ports and paths, and its own certificate. */
final class Nginx implements AutoCloseable {
    private static final String PASS = "proxy_pass http://127.0.0.1:8000;";

    /** What happens to the path below which the server is. */
    enum Passing {
        /** As the file has it. */
        UNCHANGED,
        /** With a path in proxy_pass, which takes its place. */
        REMOVED
    }

    /** Large bodies go to files in the test's directory, which only its owner may enter. */
    private static final String USER = "root".equals(System.getProperty("user.name")) ? "user root;" : "";

    private final Process process;
    private final int port;
    private final SSLContext tls;
    private final HttpClient client;

    private Nginx(Process process, int port, SSLContext tls) {
        this.process = process;
        this.port = port;
        this.tls = tls;
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    static boolean isInstalled() throws IOException, InterruptedException {
        return run("sh", "-c", "command -v nginx openssl").waitFor() == 0;
    }

    /**
     * Starts a host for Sentinel alone.
     *
     * @param serverPorts ports of one or more servers
     */
    static Nginx start(Path parent, int... serverPorts)
            throws IOException, InterruptedException, GeneralSecurityException {
        String site = Files.readString(Path.of("conf/nginx/sentinel.conf"))
                .replace("listen 80;", "listen 127.0.0.1:" + freePort() + ";")
                .replace("server 127.0.0.1:8000;", upstreams(serverPorts));
        return start(parent, site);
    }

    /** Starts a host with another site, and a server that has {@code BASE_PATH=/sentinel}. */
    static Nginx startBelowAPath(Path parent, Passing passing, int serverPort)
            throws IOException, InterruptedException, GeneralSecurityException {
        String locations = Files.readString(Path.of("conf/nginx/subpath.conf"));
        if (passing == Passing.REMOVED) {
            // Within a regular expression, proxy_pass must not have a path.
            locations = locations
                    .replaceFirst(PASS, "proxy_pass http://127.0.0.1:8000/;")
                    .replace(PASS, "rewrite ^/sentinel(/.*)$ $1 break; " + PASS);
        }
        String site = """
                server {
                    listen 443 ssl http2;
                    ssl_certificate /etc/ssl/certs/sentinel.pem;
                    ssl_certificate_key /etc/ssl/private/sentinel.key;
                    location / {
                        return 200 "another site";
                    }
                    location ~ \\.(js|css|svg)$ {
                        return 410;
                    }
                    %s
                }
                """.formatted(locations.replace("127.0.0.1:8000", "127.0.0.1:" + serverPort));
        return start(parent, site);
    }

    private static Nginx start(Path parent, String siteText)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path directory = Files.createTempDirectory(parent, "nginx");
        Path certificate = directory.resolve("certificate.pem");
        Path key = directory.resolve("key.pem");
        Process made = run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        if (made.waitFor() != 0) {
            throw new AssertionError("openssl has made no certificate");
        }
        int port = freePort();
        Path site = directory.resolve("sentinel.conf");
        Files.writeString(
                site,
                siteText.replace("listen 443 ", "listen 127.0.0.1:" + port + " ")
                        .replace("/etc/ssl/certs/sentinel.pem", certificate.toString())
                        .replace("/etc/ssl/private/sentinel.key", key.toString()));
        Path main = directory.resolve("nginx.conf");
        Files.writeString(main, """
                daemon off;
                %2$s
                worker_processes auto;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  include %1$s/sentinel.conf;
                }
                """.formatted(directory, USER));
        Process test = new ProcessBuilder("nginx", "-t", "-p", directory.toString(), "-c", main.toString())
                .redirectErrorStream(true)
                .start();
        String verdict = new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (test.waitFor() != 0 || verdict.contains("[warn]")) {
            throw new AssertionError(verdict);
        }
        Process process = run("nginx", "-p", directory.toString(), "-c", main.toString());
        awaitPort(process, port);
        return new Nginx(process, port, trusting(certificate));
    }

    private static String upstreams(int... ports) {
        return IntStream.of(ports)
                .mapToObj(port -> "server 127.0.0.1:" + port + ";")
                .collect(Collectors.joining("\n    "));
    }

    int port() {
        return port;
    }

    /** A client that speaks HTTP/2 and trusts the certificate. */
    HttpClient client() {
        return client;
    }

    /** Trusts the certificate. */
    SSLContext tls() {
        return tls;
    }

    /** A connection from the address 127.0.0.last. */
    SSLSocket connect(int last) throws IOException {
        return (SSLSocket)
                tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port, loopback(last), 0);
    }

    private static InetAddress loopback(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "nginx", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void awaitPort(Process process, int port) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IOException("nginx does not listen", e);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process run(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
