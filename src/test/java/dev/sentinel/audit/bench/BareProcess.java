package dev.sentinel.audit.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** The bare server in a JVM with the server's flags. */
final class BareProcess implements AutoCloseable {
    private static final String READY = "ready port=";

    private final Process process;
    private final int port;

    private BareProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it and waits until it listens. */
    static BareProcess start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms64m",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:MaxDirectMemorySize=128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.startsWith(READY)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("the bare server did not start");
        }
        return new BareProcess(process, Integer.parseInt(line.substring(READY.length())));
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
