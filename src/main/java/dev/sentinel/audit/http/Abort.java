package dev.sentinel.audit.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** Ends a connection with what has not left yet. Event loop. */
public final class Abort {
    private Abort() {}

    /**
     * Vert.x closes a connection behind what is still to be sent, which a client that does not read puts off for ever;
     * its public interface has no other way, hence what is below it.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
    public static void now(HttpConnection connection) {
        if (connection instanceof HttpServerConnection known) {
            known.channelHandlerContext().close();
        } else {
            connection.close();
        }
    }
}
