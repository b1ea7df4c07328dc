package dev.sentinel.audit.forward.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sentinel.audit.forward.DeliveryException;
import io.vertx.core.Future;

/** What a future failed with. */
final class Failures {
    private Failures() {}

    static DeliveryException of(Future<?> future) {
        Throwable failure = catchThrowable(future::await);
        assertThat(failure).isInstanceOf(DeliveryException.class);
        return (DeliveryException) failure;
    }
}
