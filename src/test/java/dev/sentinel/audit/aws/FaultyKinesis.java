package dev.sentinel.audit.aws;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A proxy before a Kinesis, which does to each {@code PutRecords} in JSON what a test says. */
final class FaultyKinesis implements AutoCloseable {
    static final String THROTTLED = "ProvisionedThroughputExceededException";

    /** What becomes of a request. */
    enum Fault {
        NONE,
        /** Nothing is written. */
        ERROR_BEFORE,
        /** All is written, and nobody says so. */
        ERROR_AFTER,
        /** As {@link #ERROR_AFTER}, with a connection that ends. */
        RESET_AFTER,
        /** Each third record is not written. */
        SOME_FAIL,
        /** No record is written. */
        ALL_FAIL
    }

    /** A request that was forwarded and answered. */
    record Exchange(JsonObject request, JsonObject answer) {}

    private final int target;
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final Supplier<Fault> faults;
    private final HttpClient client;
    private final HttpServer server;

    FaultyKinesis(Vertx vertx, LocalAws kinesis, Supplier<Fault> faults) {
        this.target = kinesis.port();
        this.faults = faults;
        this.client = vertx.createHttpClient();
        this.server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> handle(request, body)))
                .listen(0, "127.0.0.1")
                .await();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Those without a fault, in their order. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    private void handle(HttpServerRequest request, Buffer body) {
        Fault fault = faults.get();
        switch (fault) {
            case NONE ->
                forward(request, body).onSuccess(answer -> {
                    exchanges.add(new Exchange(body.toJsonObject(), answer));
                    answer(request, 200, answer);
                });
            case ERROR_BEFORE -> answer(request, 500, new JsonObject().put("__type", "InternalFailure"));
            case ERROR_AFTER ->
                forward(request, body)
                        .onSuccess(answer -> answer(request, 500, new JsonObject().put("__type", "InternalFailure")));
            case RESET_AFTER ->
                forward(request, body).onSuccess(answer -> request.connection().close());
            default -> part(request, body, fault);
        }
    }

    private void part(HttpServerRequest request, Buffer body, Fault fault) {
        JsonObject sent = body.toJsonObject();
        JsonArray records = sent.getJsonArray("Records");
        JsonArray taken = new JsonArray();
        List<Boolean> isTaken = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            boolean take = fault == Fault.SOME_FAIL && i % 3 != 0;
            isTaken.add(take);
            if (take) {
                taken.add(records.getValue(i));
            }
        }
        Future<JsonObject> forwarded = taken.isEmpty()
                ? Future.succeededFuture(new JsonObject().put("Records", new JsonArray()))
                : forward(request, sent.put("Records", taken).toBuffer());
        forwarded.onSuccess(answer -> {
            JsonArray results = new JsonArray();
            int next = 0;
            for (int i = 0; i < isTaken.size(); i++) {
                if (isTaken.get(i)) {
                    results.add(answer.getJsonArray("Records").getJsonObject(next++));
                } else {
                    results.add(new JsonObject()
                            .put("ErrorCode", i % 2 == 0 ? THROTTLED : "InternalFailure")
                            .put("ErrorMessage", "of a test"));
                }
            }
            answer(
                    request,
                    200,
                    new JsonObject()
                            .put("FailedRecordCount", isTaken.size() - next)
                            .put("Records", results));
        });
    }

    private Future<JsonObject> forward(HttpServerRequest request, Buffer body) {
        return client.request(HttpMethod.POST, target, "127.0.0.1", "/")
                .compose(out -> {
                    request.headers().forEach((name, value) -> {
                        if (!name.equalsIgnoreCase("content-length") && !name.equalsIgnoreCase("host")) {
                            out.putHeader(name, value);
                        }
                    });
                    return out.send(body);
                })
                .compose(answer -> answer.body())
                .map(Buffer::toJsonObject);
    }

    private static void answer(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/x-amz-json-1.1")
                .end(body.toBuffer());
    }

    @Override
    public void close() {
        server.close().await();
        client.close().await();
    }
}
