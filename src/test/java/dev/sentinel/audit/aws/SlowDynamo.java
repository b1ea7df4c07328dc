package dev.sentinel.audit.aws;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The table {@code slow} of a DynamoDB with little capacity: it takes one item in some time. Of a request it takes any
 * item, as DynamoDB does, and refuses a request of which it takes none.
 */
final class SlowDynamo implements AutoCloseable {
    private static final String TABLE = "slow";

    private final long nanosPerItem;
    private final Random random = new Random(3);
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final Promise<Void> refused = Promise.promise();
    private final HttpServer server;

    /** On the event loop of the server. */
    private long nextAt = System.nanoTime();

    SlowDynamo(Vertx vertx, Duration perItem) {
        this.nanosPerItem = perItem.toNanos();
        this.server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body.toJsonObject())))
                .listen(0, "127.0.0.1")
                .await();
    }

    private void answer(HttpServerRequest request, JsonObject body) {
        if (System.nanoTime() < nextAt) {
            refused.tryComplete();
            request.response()
                    .setStatusCode(400)
                    .end(new JsonObject()
                            .put("__type", "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
                            .put("message", "too slow")
                            .encode());
            return;
        }
        nextAt = System.nanoTime() + nanosPerItem;
        JsonArray all = body.getJsonObject("RequestItems").getJsonArray(TABLE);
        int any = random.nextInt(all.size());
        JsonObject one = all.getJsonObject(any);
        all.remove(any);
        taken.add(one.getJsonObject("PutRequest")
                .getJsonObject("Item")
                .getJsonObject("event_id")
                .getString("S"));
        JsonObject left = all.isEmpty() ? new JsonObject() : new JsonObject().put(TABLE, all);
        request.response().end(new JsonObject().put("UnprocessedItems", left).encode());
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** The ids of the items that it took, in their order, with repeats. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    /** Waits until it has refused something. */
    void awaitRefused() {
        refused.future().await();
    }

    @Override
    public void close() {
        server.close().await();
    }
}
