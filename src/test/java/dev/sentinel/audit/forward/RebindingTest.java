package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.ForwardAllow;
import dev.sentinel.audit.config.Subnet;
import dev.sentinel.audit.forward.send.WebhookType;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A name that leads to an allowed address when it is checked, and to another one right after. */
class RebindingTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void deliver_nameThatChangesItsMind_reachesOnlyWhatWasChecked() throws UnknownHostException {
        AtomicInteger allowed = new AtomicInteger();
        AtomicInteger internal = new AtomicInteger();
        // This one first: connections of other tests are from ports of its address, and none from the other one.
        int port = listen("127.0.0.1", 0, internal);
        listen("127.0.0.2", port, allowed);
        Queue<InetAddress[]> answers =
                new ArrayDeque<>(List.of(InetAddress.getAllByName("127.0.0.2"), InetAddress.getAllByName("127.0.0.1")));
        ForwardAllow allow = new ForwardAllow(List.of(Objects.requireNonNull(Subnet.parse("127.0.0.2"))), Set.of());
        AddressGuard guard = new AddressGuard(vertx, allow, false, host -> answers.remove());
        URI url = URI.create("http://rebind.example.com:" + port + "/");
        Destination destination =
                new WebhookType().open(new Settings("hook", url, Map.of(), guard, "log", "run"), vertx);

        destination.deliver(SampleBatches.usual(0, 1)).await();

        assertThat(answers).as("the name was resolved once").hasSize(1);
        assertThatThrownBy(() -> destination.deliver(SampleBatches.usual(1, 1)).await())
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("only be reached with TLS");
        assertThat(allowed).hasValue(1);
        assertThat(internal).hasValue(0);
    }

    private int listen(String address, int port, AtomicInteger requests) {
        return vertx.createHttpServer()
                .requestHandler(request -> {
                    requests.incrementAndGet();
                    request.response().end();
                })
                .listen(port, address)
                .await()
                .actualPort();
    }
}
