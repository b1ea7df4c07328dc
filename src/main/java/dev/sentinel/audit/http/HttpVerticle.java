package dev.sentinel.audit.http;

import dev.sentinel.audit.config.HttpConfig;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One HTTP server on one event loop. Instances on the same port share its connections. */
public final class HttpVerticle extends VerticleBase {
    private static final int MAX_URL_BYTES = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int BACKLOG = 1024;

    /** Vert.x gives instances with the same negative port the same free port. */
    private static final int FREE_SHARED_PORT = -1;

    /** Time for requests in flight at shutdown; within the 25 s deadline for stopping. */
    private static final long DRAIN_SECONDS = 15;

    private final HttpConfig config;
    private final ConnectionLimit limit;
    private final List<ApiResource> resources;
    private @Nullable HttpServer server;
    private boolean stopping;

    /** The limit and the resources are shared by all instances. */
    public HttpVerticle(HttpConfig config, ConnectionLimit limit, List<ApiResource> resources) {
        this.config = config;
        this.limit = limit;
        this.resources = List.copyOf(resources);
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        PublicPath paths = new PublicPath(config.basePath());
        paths.mount(router);
        Head.mount(router);
        router.route().handler(ctx -> {
            Linger.mount(ctx);
            HalfClose.track(ctx);
            if (stopping) {
                ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
            SecurityHeaders.set(ctx.response());
            ctx.next();
        });
        paths.mountRedirect(router);
        resources.forEach(resource -> resource.mount(router));
        ErrorHandler.mount(router, paths, resourcesThatAre(ProblemFormat.class));
        HttpServerOptions options = options();
        Http2Clients http2 = new Http2Clients(resourcesThatAre(Http2Listener.class));
        server = vertx.createHttpServer(options)
                .requestHandler(request -> {
                    Problem broken = RequestRules.broken(request);
                    if (broken == null) {
                        router.handle(request);
                    } else {
                        ErrorHandler.refuse(request, broken);
                    }
                })
                // Vert.x shuts down only registered connections; a connection that is just being accepted would stay
                // open.
                .connectionHandler(connection -> {
                    if (stopping) {
                        connection.close();
                    } else {
                        limit.opened(connection);
                        Channel channel = Abort.channel(connection);
                        if (channel != null) {
                            StrictDecoder.install(channel, options, http2);
                            HalfClose.install(channel);
                        }
                    }
                })
                .invalidRequestHandler(ErrorHandler::invalidRequest);
        return server.listen();
    }

    /** Stops accepting, waits for requests in flight, closes. */
    @Override
    public Future<?> stop() {
        stopping = true;
        return server == null ? Future.succeededFuture() : server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * The port that the server listens on; differs from the configured one if that is 0.
     *
     * @throws IllegalStateException before the start
     */
    public int port() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.actualPort();
    }

    /** Completes when this event loop runs its next task. Any thread. */
    public Future<Void> respond() {
        Promise<Void> responded = Promise.promise();
        context.runOnContext(now -> responded.complete());
        return responded.future();
    }

    private <T> List<T> resourcesThatAre(Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port() == 0 ? FREE_SHARED_PORT : config.port())
                .setMaxInitialLineLength(MAX_URL_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setAcceptBacklog(BACKLOG)
                .setIdleTimeout((int) config.idleTimeout().toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpNoDelay(true)
                // Clients do not need HTTP/2 without TLS, and refusing a body early works differently there.
                .setHttp2ClearTextEnabled(false);
    }
}
