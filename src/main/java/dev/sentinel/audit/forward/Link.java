package dev.sentinel.audit.forward;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opened destination of a forwarder, or none. Every call ends in time. After one that failed, the other side is
 * asked anew how far it is; after one that hangs, or fails in a way that nobody foresaw, the destination is closed, and
 * opened anew. One event loop.
 */
final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final String id;
    private final Duration timeout;
    private @Nullable Destination destination;
    private boolean inOrder;

    /** @param timeout of each call */
    Link(String id, Duration timeout) {
        this.id = id;
        this.timeout = timeout;
    }

    /** Null if none is open. */
    @Nullable
    Destination destination() {
        return destination;
    }

    /** Whether the other side has been asked how far it is, and no call has failed since. */
    boolean isInOrder() {
        return inOrder;
    }

    void opened(Destination opened) {
        destination = opened;
        inOrder = false;
    }

    /** The other side has said how far it is. */
    void ordered() {
        inOrder = true;
    }

    /** Calls a destination that is open. Fails as it does, or with a timeout. */
    <T> Future<T> call(Destination to, Function<Destination, Future<T>> call) {
        return Calls.of(() -> call.apply(to))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(this::failed);
    }

    /** Must be called when an answer makes no sense. A call that fails does it itself. */
    void failed(Throwable cause) {
        inOrder = false;
        if (!(cause instanceof DeliveryException)) {
            close();
        }
    }

    /** Idempotent. A call that is under way may fail. */
    void close() {
        Destination closing = destination;
        destination = null;
        inOrder = false;
        if (closing != null) {
            Calls.of(closing::close).onFailure(cause -> LOG.debug("not closed destination={}", id, cause));
        }
    }
}
