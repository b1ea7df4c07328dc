package dev.sentinel.audit.http;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/** Closes a connection immediately and discards unsent data. Event loop. */
public final class Abort {
    private Abort() {}

    /**
     * Vert.x closes a connection after the pending data is sent, which a client that does not read delays forever. Its
     * public API has no other way, so this uses the internal one.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // No caller waits for it.
    public static void now(HttpConnection connection) {
        if (connection instanceof HttpServerConnection known) {
            // Not the channel: its close would pass the handler that waits for pending data.
            known.channelHandlerContext().close();
        } else {
            connection.close();
        }
    }

    /** The channel of a connection; null if it is of an unknown kind. */
    static @Nullable Channel channel(HttpConnection connection) {
        return connection instanceof HttpServerConnection known
                ? known.channelHandlerContext().channel()
                : null;
    }
}
