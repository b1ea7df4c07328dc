package dev.sentinel.audit.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Decodes requests, and answers one that has both Content-Length and Transfer-Encoding as the last one of its
 * connection (RFC 9112, section 6.3): a proxy may have understood it differently, and what follows could be smuggled.
 * Netty drops the length, so nothing later can see that there was one.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {
    private StrictDecoder(HttpServerOptions options) {
        super(options);
    }

    /** Replaces the decoder of a connection on which nothing has been read. Event loop. */
    static void install(Channel channel, HttpServerOptions options) {
        if (channel.pipeline().get(VertxHttpRequestDecoder.class) != null) {
            channel.pipeline().replace(VertxHttpRequestDecoder.class, null, new StrictDecoder(options));
        }
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        super.handleTransferEncodingChunkedWithContentLength(message);
        message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
}
