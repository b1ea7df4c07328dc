package dev.sentinel.audit.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A place on the event bus that takes messages of one type and answers with another.
 *
 * @param <Q> the message, immutable
 * @param <R> the reply, immutable; {@link Void} for an address that is only published to
 */
public record Address<Q, R>(String name) {

    /**
     * Sends and waits for the reply. Any thread; the Future completes on the caller's context. Fails with what the
     * handler failed with, or with a {@link io.vertx.core.eventbus.ReplyException} when nobody serves the address or
     * the timeout has passed.
     */
    public Future<R> request(EventBus bus, Q message, Duration timeout) {
        DeliveryOptions options = local().setSendTimeout(timeout.toMillis());
        return bus.<Reply<R>>request(name, message, options)
                .compose(reply -> reply.body().toFuture());
    }

    /** Serves requests on the context that calls this. A Future that fails is a reply like any other. */
    public MessageConsumer<Q> serve(EventBus bus, Function<Q, Future<R>> handler) {
        return bus.<Q>localConsumer(
                name,
                message ->
                        handler.apply(message.body()).onComplete(result -> message.reply(Reply.of(result), local())));
    }

    /** Tells whoever listens; never fails, never waits. */
    public void publish(EventBus bus, Q message) {
        bus.publish(name, message, local());
    }

    /** Listens to what is published, on the context that calls this. */
    public MessageConsumer<Q> listen(EventBus bus, Consumer<Q> handler) {
        return bus.<Q>localConsumer(name, message -> handler.accept(message.body()));
    }

    private static DeliveryOptions local() {
        return new DeliveryOptions().setCodecName(LocalCodec.NAME).setLocalOnly(true);
    }
}
