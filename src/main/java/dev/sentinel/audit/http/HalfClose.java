package dev.sentinel.audit.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/**
 * Answers a client that closes its sending side after its last request, as {@code nc -N} does, and then closes the
 * connection. Event loop of the connection.
 *
 * <p>The server cannot distinguish such a client from one that is gone, so the answer must begin within a short grace
 * period: otherwise queries and streams of clients that are gone would go on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for a connection to close.
final class HalfClose extends ChannelInboundHandlerAdapter {
    private static final long GRACE_MS = 2_000;

    /** After an answer, the next pipelined request gets its turn. */
    private static final long NEXT_REQUEST_MS = 20;

    private int unanswered;
    private boolean inputEnded;

    private HalfClose() {}

    /** Must be called for each new connection. */
    static void install(Channel channel) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addFirst(new HalfClose());
    }

    /** Must be called for each request, before any handler answers. */
    static void track(RoutingContext ctx) {
        Channel channel = Abort.channel(ctx.request().connection());
        HalfClose handler = channel == null ? null : channel.pipeline().get(HalfClose.class);
        if (handler != null) {
            handler.unanswered++;
            ctx.addEndHandler(answered -> handler.answered(channel));
        }
    }

    private void answered(Channel channel) {
        unanswered--;
        if (inputEnded) {
            closeIfIdle(channel);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        context.fireUserEventTriggered(event);
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            closeIfIdle(context.channel());
            context.executor().schedule(() -> context.channel().close(), GRACE_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void closeIfIdle(Channel channel) {
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (unanswered == 0) {
                                channel.close();
                            }
                        },
                        NEXT_REQUEST_MS,
                        TimeUnit.MILLISECONDS);
    }
}
