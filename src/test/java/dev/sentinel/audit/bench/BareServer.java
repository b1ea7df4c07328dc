package dev.sentinel.audit.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.stream.Stream;

/**
 * The limit of HTTP: a router that only parses the same JSON body and answers 201. A separate process with the same
 * number of event loops as the server it is compared with.
 */
final class BareServer {
    private BareServer() {}

    /** Prints {@code ready port=} once it listens. */
    @SuppressWarnings("SystemOut") // The process that started it reads its output.
    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        List<Echo> instances = Stream.generate(Echo::new)
                .limit(Runtime.getRuntime().availableProcessors())
                .toList();
        instances.forEach(instance ->
                vertx.deployVerticle(instance, new DeploymentOptions()).await());
        System.out.println("ready port=" + instances.get(0).port);
    }

    private static final class Echo extends VerticleBase {
        private int port;

        @Override
        public Future<?> start() {
            Router router = Router.router(vertx);
            router.post("/v1/events").handler(BodyHandler.create(false)).handler(ctx -> {
                String id = ctx.body().asJsonObject().getString("event_id");
                ctx.response()
                        .setStatusCode(201)
                        .putHeader("Content-Type", "application/json")
                        .end("{\"event_id\":\"" + id + "\",\"status\":\"captured\"}");
            });
            return vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                    .requestHandler(router)
                    // A negative number: instances share a free port.
                    .listen(-1, "127.0.0.1")
                    .onSuccess(listening -> port = listening.actualPort());
        }
    }
}
