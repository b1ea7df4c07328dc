package dev.sentinel.audit.query.export;

import dev.sentinel.audit.failure.ClientGone;
import dev.sentinel.audit.http.Abort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The body of an answer, sent piece by piece to a client that reads as it likes. On the context of its request.
 *
 * @param authorized whether the client may go on; asked before each piece
 * @param timeout how long a client may take to read one piece
 */
record Outflow(
        Vertx vertx,
        HttpServerResponse response,
        HttpConnection connection,
        BooleanSupplier authorized,
        Duration timeout) {

    /** Completes when the connection has accepted the bytes. */
    Future<Void> write(Buffer piece) {
        if (response.closed()) {
            return Future.failedFuture(new ClientGone("the connection was closed"));
        }
        if (!authorized.getAsBoolean()) {
            return Future.failedFuture(new ClientGone("the key is no longer valid"));
        }
        if (piece.length() == 0) {
            return Future.succeededFuture();
        }
        long timer = vertx.setTimer(timeout.toMillis(), late -> Abort.now(connection));
        return response.write(piece).onComplete(written -> vertx.cancelTimer(timer));
    }

    /** Closes the connection at once, so that no client takes a part for the whole. */
    void abort() {
        Abort.now(connection);
    }

    boolean isClosed() {
        return response.closed();
    }

    Future<Void> end(Buffer piece) {
        return response.end(piece);
    }
}
