package dev.sentinel.audit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Opens destinations for tests, and says why their calls fail. */
final class Opened {
    private Opened() {}

    /** A destination at an endpoint, as the usual user unless the options say otherwise. */
    static Destination at(DestinationType type, Vertx vertx, String url, String endpoint, Map<String, String> options) {
        Map<String, String> all = new HashMap<>(LocalAws.USER);
        all.put("endpoint", endpoint);
        all.putAll(options);
        return type.open(
                new Settings(
                        "lake",
                        URI.create(url),
                        all,
                        (host, port) -> Future.succeededFuture(SocketAddress.inetSocketAddress(port, host)),
                        "urn:test",
                        "run"),
                vertx);
    }

    static DeliveryException failure(Future<?> call) {
        Throwable thrown = catchThrowable(call::await);
        assertThat(thrown).isInstanceOf(DeliveryException.class);
        return (DeliveryException) thrown;
    }

    /** The message of a failure that needs a person. */
    static String denial(Future<?> call) {
        DeliveryException failure = failure(call);
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(DeliveryException.Kind.DENIED);
        return failure.getMessage();
    }

    /** The message of a failure that passes. */
    static String outage(Future<?> call) {
        DeliveryException failure = failure(call);
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(DeliveryException.Kind.TRANSIENT);
        return failure.getMessage();
    }
}
