package dev.sentinel.audit.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A receiver of webhooks, as a process that can be killed. Its file gets a line for each event before the batch is
 * acknowledged: when it came, in milliseconds, its position and its id. It drops no repeats.
 */
final class SoakReceiver implements AutoCloseable {
    private static final Pattern EVENT = Pattern.compile("\"event_id\":\"([0-9a-f-]{36})\".*\"seq\":(\\d+),");
    private static final Duration START = Duration.ofSeconds(30);

    private final Path file;
    private final int port;
    private Process process;

    private SoakReceiver(Path file, int port) {
        this.file = file;
        this.port = port;
    }

    static SoakReceiver start(Path file, int port) throws IOException, InterruptedException {
        SoakReceiver receiver = new SoakReceiver(file, port);
        receiver.restart();
        return receiver;
    }

    private void restart() throws IOException, InterruptedException {
        process = new ProcessBuilder(List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SoakReceiver.class.getName(),
                        file.toString(),
                        Integer.toString(port)))
                .inheritIO()
                .start();
        long end = System.nanoTime() + START.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("the receiver does not start");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** SIGKILL, and a new one. */
    void kill() throws IOException, InterruptedException {
        close();
        restart();
    }

    /** How much it has received. */
    long bytes() {
        return file.toFile().length();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** The process. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        cutIncompleteLine(file);
        FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1])), 0);
        server.createContext("/", exchange -> take(exchange, out));
        server.start();
    }

    /** What a kill in the middle of a batch left of its last event: the batch was not acknowledged. */
    private static void cutIncompleteLine(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (RandomAccessFile all = new RandomAccessFile(file.toFile(), "rw")) {
            long end = all.length();
            while (end > 0) {
                all.seek(end - 1);
                if (all.read() == '\n') {
                    break;
                }
                end--;
            }
            all.setLength(end);
        }
    }

    private static void take(HttpExchange exchange, FileChannel out) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        StringBuilder lines = new StringBuilder();
        // That of the delivery: on a machine that is too busy, the writing of one takes seconds.
        long came = System.currentTimeMillis();
        for (String event : body.lines().toList()) {
            Matcher found = EVENT.matcher(event);
            if (!found.find()) {
                throw new IOException("no event: " + event);
            }
            lines.append(came)
                    .append(' ')
                    .append(found.group(2))
                    .append(' ')
                    .append(found.group(1))
                    .append('\n');
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
        out.force(false);
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }
}
