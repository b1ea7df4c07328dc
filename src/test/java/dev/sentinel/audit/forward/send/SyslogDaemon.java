package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real receiver of syslog on a free port of loopback. It writes what it has parsed to a file: a line of priority,
 * program, id of the message, structured data and text.
 */
final class SyslogDaemon implements AutoCloseable {
    private static final Path RSYSLOG = Path.of("/usr/sbin/rsyslogd");

    /** Not installed, because its package and that of rsyslog exclude each other. */
    private static final Path UNPACKED = Path.of("target/syslog-ng").toAbsolutePath();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    enum Kind {
        RSYSLOG,
        SYSLOG_NG
    }

    private final Process process;
    private final int port;
    private final Path output;

    private SyslogDaemon(Process process, int port, Path output) {
        this.process = process;
        this.port = port;
        this.output = output;
    }

    static boolean isThere(Kind kind) {
        return Files.isExecutable(kind == Kind.RSYSLOG ? RSYSLOG : UNPACKED.resolve("usr/sbin/syslog-ng"));
    }

    /**
     * Starts one.
     *
     * @param directory for its files; with TLS it has {@code siem.test.pem} and {@code siem.test.key}
     */
    static SyslogDaemon start(Kind kind, Path directory, boolean tls, Certificates certificates)
            throws IOException, InterruptedException {
        int port = freePort();
        Path output = directory.resolve("parsed");
        String certificate = certificates.certificate("siem.test").toString();
        String key = certificates.key("siem.test").toString();
        Path file = directory.resolve("daemon.conf");
        Files.writeString(
                file,
                switch (kind) {
                    case RSYSLOG -> rsyslog(directory, port, tls, certificate, key, output);
                    case SYSLOG_NG -> syslogNg(port, tls, certificate, key, output);
                });
        ProcessBuilder builder = new ProcessBuilder(
                switch (kind) {
                    case RSYSLOG ->
                        List.of(RSYSLOG.toString(), "-n", "-f", file.toString(), "-i", directory.resolve("pid") + "");
                    case SYSLOG_NG -> commandOfSyslogNg(directory, file);
                });
        if (kind == Kind.SYSLOG_NG) {
            builder.environment().put("LD_LIBRARY_PATH", libraries());
        }
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("daemon.log").toFile())
                .start();
        SyslogDaemon daemon = new SyslogDaemon(process, port, output);
        daemon.awaitPort(directory.resolve("daemon.log"));
        return daemon;
    }

    private static String rsyslog(Path directory, int port, boolean tls, String certificate, String key, Path output) {
        String driver = tls ? """
                defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="%1$s/ca.pem"
                  defaultNetstreamDriverCertFile="%2$s" defaultNetstreamDriverKeyFile="%3$s"
                """.formatted(directory, certificate, key) : "";
        String mode = tls ? "streamDriver.name=\"gtls\" streamDriver.mode=\"1\" streamDriver.authMode=\"anon\"" : "";
        return """
                global(workDirectory="%1$s" maxMessageSize="128k" parser.escapeControlCharactersOnReceive="off"
                  %2$s)
                module(load="imtcp" %3$s)
                template(name="parsed" type="string"
                  string="%%pri%% %%app-name%% %%msgid%% %%structured-data%% %%msg%%\\n")
                ruleset(name="all") { action(type="omfile" file="%4$s" template="parsed") }
                input(type="imtcp" port="%5$d" address="127.0.0.1" ruleset="all")
                """.formatted(directory, driver, mode, output, port);
    }

    private static String syslogNg(int port, boolean tls, String certificate, String key, Path output) {
        String transport = tls
                ? "transport(\"tls\") tls(cert-file(\"" + certificate + "\") key-file(\"" + key
                        + "\") peer-verify(optional-untrusted))"
                : "transport(\"tcp\")";
        return """
                @version: 3.38
                options { stats-freq(0); };
                source in { syslog(ip("127.0.0.1") port(%d) %s log-msg-size(131072)); };
                destination out { file("%s" template("$PRI $PROGRAM $MSGID $SDATA $MSG\\n")); };
                log { source(in); destination(out); };
                """.formatted(port, transport, output);
    }

    private static List<String> commandOfSyslogNg(Path directory, Path file) throws IOException {
        Path modules;
        try (Stream<Path> found = Files.list(UNPACKED.resolve("usr/lib/syslog-ng"))) {
            modules = found.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        return List.of(
                UNPACKED.resolve("usr/sbin/syslog-ng").toString(),
                "--foreground",
                "--no-caps",
                "--cfgfile=" + file,
                "--module-path=" + modules,
                "--persist-file=" + directory.resolve("persist"),
                "--pidfile=" + directory.resolve("pid"),
                "--control=" + directory.resolve("control"));
    }

    private static String libraries() throws IOException {
        try (Stream<Path> files = Files.walk(UNPACKED)) {
            return String.join(
                    ":",
                    files.filter(path -> path.toString().contains(".so"))
                            .map(path -> path.getParent().toString())
                            .distinct()
                            .toList());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitPort(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    close();
                    throw new IOException("it does not listen: " + Files.readString(log), e);
                }
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
    }

    int port() {
        return port;
    }

    /** What it has written, as soon as that is so many lines. */
    List<String> lines(int count) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<String> lines = Files.exists(output) ? Files.readAllLines(output) : List.of();
            if (lines.size() >= count || System.nanoTime() > deadline) {
                return lines;
            }
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
