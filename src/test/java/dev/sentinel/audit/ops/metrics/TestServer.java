package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A real HTTP server with some resources, and a client for it. */
public final class TestServer {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;

    public TestServer(Vertx vertx, ApiResource... resources) throws Exception {
        this.vertx = vertx;
        Router router = Router.router(vertx);
        for (ApiResource resource : resources) {
            resource.mount(router);
        }
        router.route().failureHandler(context -> {
            int status = context.failure() instanceof ProblemException known
                    ? known.problem().status()
                    : 500;
            context.response().setStatusCode(status).end();
        });
        server = get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    public HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Returns as soon as the condition holds; fails after some seconds. */
    public void await(BooleanSupplier condition) throws Exception {
        Promise<Void> holds = Promise.promise();
        long timer = vertx.setPeriodic(5, id -> {
            if (condition.getAsBoolean()) {
                holds.tryComplete();
            }
        });
        try {
            get(holds.future());
        } finally {
            vertx.cancelTimer(timer);
        }
    }

    public static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
