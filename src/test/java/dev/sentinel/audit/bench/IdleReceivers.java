package dev.sentinel.audit.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;

/** Receivers that take everything and keep nothing: over HTTP, and for syslog over TCP. They read all bytes. */
final class IdleReceivers implements AutoCloseable {
    private static final int HTTP_OK = 200;

    private final HttpServer http;
    private final NetServer syslog;

    IdleReceivers(Vertx vertx) {
        http = vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .setStatusCode(HTTP_OK)
                                .end(answer(request, body).toBuffer())))
                .listen(0, "127.0.0.1")
                .await();
        syslog = vertx.createNetServer()
                .connectHandler(socket -> socket.handler(bytes -> {}))
                .listen(0, "127.0.0.1")
                .await();
    }

    int httpPort() {
        return http.actualPort();
    }

    int syslogPort() {
        return syslog.actualPort();
    }

    private static JsonObject answer(HttpServerRequest request, Buffer body) {
        String operation = String.valueOf(request.getHeader("X-Amz-Target"));
        if (operation.endsWith(".BatchWriteItem")) {
            return new JsonObject().put("UnprocessedItems", new JsonObject());
        }
        if (operation.endsWith(".PutRecords")) {
            JsonObject written = new JsonObject().put("SequenceNumber", "1").put("ShardId", "shardId-000000000000");
            return new JsonObject()
                    .put("FailedRecordCount", 0)
                    .put("Records", new JsonArray(Collections.nCopies(count(body, "\"PartitionKey\""), written)));
        }
        if (request.path().endsWith("/_bulk")) {
            JsonObject created = new JsonObject().put("create", new JsonObject().put("status", 201));
            return new JsonObject()
                    .put("items", new JsonArray(Collections.nCopies(count(body, "{\"create\":{"), created)));
        }
        // As Splunk answers; a webhook is content with it.
        return new JsonObject().put("text", "Success").put("code", 0);
    }

    private static int count(Buffer body, String what) {
        String text = body.toString(StandardCharsets.ISO_8859_1);
        int count = 0;
        for (int at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + 1)) {
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        http.close().await();
        syslog.close().await();
    }
}
