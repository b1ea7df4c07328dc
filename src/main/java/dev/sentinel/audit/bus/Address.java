package dev.sentinel.audit.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An address on the event bus that accepts messages of one type and replies with another.
 *
 * @param <Q> the message, immutable
 * @param <R> the reply, immutable; {@link Void} if messages are only published
 */
public record Address<Q, R>(String name) {
    /** The event bus requires a timeout for every request; a timer of this length never fires. */
    private static final Duration NEVER = Duration.ofMillis(Long.MAX_VALUE);

    /**
     * Sends a message and completes with the reply. Any thread; the Future completes on the caller's context. It fails
     * with the handler's failure, or with a {@link io.vertx.core.eventbus.ReplyException} if no handler serves the
     * address or the timeout passes.
     */
    public Future<R> request(EventBus bus, Q message, Duration timeout) {
        DeliveryOptions options = local().setSendTimeout(timeout.toMillis());
        return bus.<Reply<R>>request(name, message, options)
                .compose(reply -> reply.body().toFuture());
    }

    /**
     * Sends a message and completes with the reply, without a timeout. Only for a handler that always replies and holds
     * the message in memory until then: the requester must count that memory as in use until the reply. Otherwise as
     * {@link #request(EventBus, Object, Duration)}.
     */
    public Future<R> requestUntilAnswered(EventBus bus, Q message) {
        return request(bus, message, NEVER);
    }

    /** Serves requests on the context that calls this. A Future that fails is a reply like any other. */
    public MessageConsumer<Q> serve(EventBus bus, Function<Q, Future<R>> handler) {
        return bus.<Q>localConsumer(
                name,
                message ->
                        handler.apply(message.body()).onComplete(result -> message.reply(Reply.of(result), local())));
    }

    /** Publishes to all listeners. Never fails and never waits. */
    public void publish(EventBus bus, Q message) {
        bus.publish(name, message, local());
    }

    /** Handles published messages on the caller's context. */
    public MessageConsumer<Q> listen(EventBus bus, Consumer<Q> handler) {
        return bus.<Q>localConsumer(name, message -> handler.accept(message.body()));
    }

    private static DeliveryOptions local() {
        return new DeliveryOptions().setCodecName(LocalCodec.NAME).setLocalOnly(true);
    }
}
