package dev.sentinel.audit.store.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A way to the database that can lose what is on it. Nobody is told: connections stay open. */
final class LossyProxy implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Way> ways = new CopyOnWriteArrayList<>();
    private final int port;

    /** One connection; what it loses, it has lost for good. */
    private static final class Way {
        final Socket client;
        final Socket server;
        volatile boolean losesAnswers;
        volatile boolean losesRequests;

        Way(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }
    }

    LossyProxy(int port) throws IOException {
        this.port = port;
        threads.execute(this::accept);
    }

    /** A configured URL, by this way. */
    String through(String url) {
        return url.replace("localhost:" + port, "localhost:" + door.getLocalPort());
    }

    /** On the connections there are, the database gets everything and answers in vain. */
    void loseAnswers() {
        ways.forEach(way -> way.losesAnswers = true);
    }

    /** On the connections there are, nothing comes through any more, as if the other host had vanished. */
    void vanish() {
        ways.forEach(way -> {
            way.losesAnswers = true;
            way.losesRequests = true;
        });
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Way way = new Way(client, new Socket(InetAddress.getLoopbackAddress(), port));
                ways.add(way);
                threads.execute(() -> pump(way, true));
                threads.execute(() -> pump(way, false));
            }
        } catch (IOException closed) {
            threads.shutdown();
        }
    }

    private static void pump(Way way, boolean requests) {
        byte[] bytes = new byte[64 << 10];
        try {
            InputStream in = (requests ? way.client : way.server).getInputStream();
            OutputStream out = (requests ? way.server : way.client).getOutputStream();
            int count;
            while ((count = in.read(bytes)) >= 0) {
                if (!(requests ? way.losesRequests : way.losesAnswers)) {
                    out.write(bytes, 0, count);
                }
            }
        } catch (IOException closed) {
            // The other end is told below.
        }
        try {
            // What is lost includes that an end has closed.
            if (!way.losesRequests && (requests || !way.losesAnswers)) {
                way.client.close();
                way.server.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Way way : ways) {
            way.client.close();
            way.server.close();
        }
    }
}
