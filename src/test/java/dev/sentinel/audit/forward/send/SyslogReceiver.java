package dev.sentinel.audit.forward.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes messages with octet counting (RFC 6587), one connection after the other, on a thread of its own. */
final class SyslogReceiver implements AutoCloseable {
    private final ServerSocket server;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> connections = new LinkedBlockingQueue<>();
    private final boolean reads;

    SyslogReceiver() throws IOException {
        this(0, true);
    }

    /**
     * Listens.
     *
     * @param reads false to take connections and nothing else
     */
    SyslogReceiver(int port, boolean reads) throws IOException {
        this.server = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
        this.reads = reads;
        Thread thread = new Thread(this::run, "syslog-receiver");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.add(socket);
                if (reads) {
                    read(socket.getInputStream());
                }
            } catch (EOFException | SocketException e) {
                // The next connection.
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void read(InputStream in) throws IOException {
        while (true) {
            int length = 0;
            for (int c = in.read(); c != ' '; c = in.read()) {
                if (c < '0' || c > '9') {
                    throw new EOFException("not a length");
                }
                length = length * 10 + c - '0';
            }
            byte[] message = in.readNBytes(length);
            if (message.length < length) {
                throw new EOFException("a part of a message");
            }
            messages.add(new String(message, UTF_8));
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** The next message, within ten seconds. */
    String message() throws InterruptedException {
        String message = messages.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message");
        }
        return message;
    }

    /** The next connection that was taken, within ten seconds. */
    Socket connection() throws InterruptedException {
        Socket connection = connections.poll(10, TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("no connection");
        }
        return connection;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
