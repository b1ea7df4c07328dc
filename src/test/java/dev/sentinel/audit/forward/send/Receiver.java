package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Reach;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** An HTTP server on a free port of loopback that keeps what it received. */
final class Receiver {
    /** Leads every name to loopback. */
    static final Reach LOOPBACK =
            (host, port) -> Future.succeededFuture(SocketAddress.inetSocketAddress(port, "127.0.0.1"));

    /**
     * A request.
     *
     * @param body decompressed
     */
    record Received(String method, String uri, io.vertx.core.MultiMap headers, String body) {}

    /** Answers a request. */
    interface Handler {
        void handle(HttpServerRequest request, Received received);
    }

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();

    private Receiver(HttpServer server) {
        this.server = server;
    }

    static Receiver start(Vertx vertx, Handler handler) {
        HttpServer server = vertx.createHttpServer();
        Receiver receiver = new Receiver(server);
        server.requestHandler(request -> request.body().onSuccess(body -> {
                    Received one = new Received(
                            request.method().name(), request.uri(), request.headers(), plain(request, body));
                    receiver.received.add(one);
                    handler.handle(request, one);
                }))
                .listen(0, "127.0.0.1")
                .await();
        return receiver;
    }

    /** Answers everything with this status. */
    static Receiver answering(Vertx vertx, int status) {
        return start(
                vertx,
                (request, received) -> request.response().setStatusCode(status).end());
    }

    private static String plain(HttpServerRequest request, Buffer body) {
        if (!"gzip".equals(request.getHeader("Content-Encoding"))) {
            return body.toString();
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.getBytes()))) {
            return Buffer.buffer(in.readAllBytes()).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.actualPort();
    }

    List<Received> received() {
        return received;
    }

    /** Settings of a destination here. */
    Settings settings(String scheme, String path, Map<String, String> options) {
        return settings(URI.create(scheme + "://receiver.test:" + port() + path), options);
    }

    static Settings settings(URI url, Map<String, String> options) {
        return new Settings("siem", url, options, LOOPBACK, "https://audit.example.com/log", "run-1");
    }
}
