package dev.sentinel.audit.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection with one request at a time. Supports just enough HTTP/1.1 for responses with a Content-Length, so that
 * the generator leaves the CPUs to the server. Event loop.
 */
final class HttpConnection {
    private static final String CONTENT_LENGTH = "content-length:";

    private final NetSocket socket;
    private final IntConsumer onResponse;
    private @Nullable Buffer partial;
    private long bodyLeft;
    private int status;

    /**
     * Takes over a connected socket.
     *
     * @param onResponse gets the status; 0 when the connection has ended
     */
    HttpConnection(NetSocket socket, IntConsumer onResponse) {
        this.socket = socket;
        this.onResponse = onResponse;
        socket.handler(this::received);
        socket.exceptionHandler(broken -> socket.close());
        socket.closeHandler(closed -> onResponse.accept(0));
    }

    void send(Buffer request) {
        socket.write(request);
    }

    private void received(Buffer chunk) {
        if (bodyLeft > 0) {
            bodyLeft -= chunk.length();
        } else {
            head(partial == null ? chunk : partial.appendBuffer(chunk));
        }
        if (bodyLeft == 0 && partial == null) {
            onResponse.accept(status);
        }
    }

    private void head(Buffer bytes) {
        String text = bytes.getString(0, Math.min(bytes.length(), 1_024), ISO_8859_1.name());
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            partial = bytes.copy();
            return;
        }
        partial = null;
        status = Integer.parseInt(text, 9, 12, 10);
        bodyLeft = end + 4 + contentLength(text.substring(0, end)) - bytes.length();
    }

    private static long contentLength(String head) {
        int at = head.toLowerCase(Locale.ROOT).indexOf(CONTENT_LENGTH);
        if (at < 0) {
            return 0;
        }
        int end = head.indexOf('\r', at);
        return Long.parseLong(head.substring(at + CONTENT_LENGTH.length(), end < 0 ? head.length() : end)
                .strip());
    }
}
