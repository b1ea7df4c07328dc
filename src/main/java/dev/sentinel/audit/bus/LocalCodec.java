package dev.sentinel.audit.bus;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Passes messages by reference. Only for deeply immutable messages inside one process. */
public final class LocalCodec implements MessageCodec<Object, Object> {
    static final String NAME = "local";

    private LocalCodec() {}

    /** Makes {@link Address} usable on this Vert.x. Call once, before the first verticle is deployed. */
    public static void register(Vertx vertx) {
        vertx.eventBus().registerCodec(new LocalCodec());
    }

    @Override
    public Object transform(Object message) {
        return message;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }

    @Override
    public void encodeToWire(Buffer buffer, Object message) {
        throw new UnsupportedOperationException("local messages do not leave the process");
    }

    @Override
    public Object decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("local messages do not leave the process");
    }
}
