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

/** A proxy to the database that can drop traffic silently: connections stay open. */
final class LossyProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final int port;

    /** One connection; dropped bytes are never delivered. */
    private static final class Link {
        final Socket client;
        final Socket server;
        volatile boolean losesAnswers;
        volatile boolean losesRequests;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }
    }

    LossyProxy(int port) throws IOException {
        this.port = port;
        threads.execute(this::accept);
    }

    /** A configured URL through this proxy. */
    String through(String url) {
        return url.replace("localhost:" + port, "localhost:" + listener.getLocalPort());
    }

    /** On existing connections, the database gets every request, but its answers are dropped. */
    void loseAnswers() {
        links.forEach(link -> link.losesAnswers = true);
    }

    /** On existing connections, drops everything in both directions, as if the other host had vanished. */
    void vanish() {
        links.forEach(link -> {
            link.losesAnswers = true;
            link.losesRequests = true;
        });
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), port));
                links.add(link);
                threads.execute(() -> pump(link, true));
                threads.execute(() -> pump(link, false));
            }
        } catch (IOException closed) {
            threads.shutdown();
        }
    }

    private static void pump(Link link, boolean requests) {
        byte[] bytes = new byte[64 << 10];
        try {
            InputStream in = (requests ? link.client : link.server).getInputStream();
            OutputStream out = (requests ? link.server : link.client).getOutputStream();
            int count;
            while ((count = in.read(bytes)) >= 0) {
                if (!(requests ? link.losesRequests : link.losesAnswers)) {
                    out.write(bytes, 0, count);
                }
            }
        } catch (IOException closed) {
            // The peer is closed below.
        }
        try {
            // The close of an end is dropped too.
            if (!link.losesRequests && (requests || !link.losesAnswers)) {
                link.client.close();
                link.server.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Link link : links) {
            link.client.close();
            link.server.close();
        }
    }
}
