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
    private final Channel channel;
    private final Http2Clients http2;

    private StrictDecoder(Channel channel, HttpServerOptions options, Http2Clients http2) {
        super(options);
        this.channel = channel;
        this.http2 = http2;
    }

    /** Replaces the decoder of a connection on which nothing has been read. Event loop. */
    static void install(Channel channel, HttpServerOptions options, Http2Clients http2) {
        if (channel.pipeline().get(VertxHttpRequestDecoder.class) != null) {
            channel.pipeline().replace(VertxHttpRequestDecoder.class, null, new StrictDecoder(channel, options, http2));
        }
    }

    /** The framework refuses another version before any handler of ours sees the request. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        http2.look(initialLine[0], channel.remoteAddress());
        return super.createMessage(initialLine);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        super.handleTransferEncodingChunkedWithContentLength(message);
        message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
}
