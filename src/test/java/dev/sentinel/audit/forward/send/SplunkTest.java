package dev.sentinel.audit.forward.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplunkTest {
    private static final int NO_ACKS = -1;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/services/collector", "/services/collector/event", "/services/collector/"})
    void deliver_batch_isIndexedInOrder(String path) {
        FakeSplunk splunk = new FakeSplunk(NO_ACKS);
        Batch batch = SampleBatches.random(3, 100, 25);

        Delivery delivery =
                open(splunk, path, Map.of("gzip", "true")).deliver(batch).await();

        assertThat(delivery).isEqualTo(new Delivery.Done("HTTP 200"));
        assertThat(splunk.indexed())
                .extracting(event -> event.at("/event/event_id").asText())
                .containsExactlyElementsOf(batch.events().stream()
                        .map(event -> event.event().eventId().toString())
                        .toList());
    }

    @Test
    void deliver_withAck_succeedsWhenTheEventsAreIndexed() {
        FakeSplunk splunk = new FakeSplunk(2);
        Receiver receiver = Receiver.start(vertx, splunk);
        Destination destination = open(receiver, "", Map.of("ack", "true"), Duration.ofSeconds(60));

        assertThat(destination.deliver(SampleBatches.usual(0, 2)).await()).isEqualTo(new Delivery.Done("indexed"));
        assertThat(destination.deliver(SampleBatches.usual(2, 1)).await()).isEqualTo(new Delivery.Done("indexed"));

        List<String> requests = new ArrayList<>();
        receiver.received()
                .forEach(received -> requests.add(received.uri().replaceAll("\\?.*", "")
                        + (received.uri().contains("/ack") ? " " + received.body() : "")));
        assertThat(requests)
                .containsExactly(
                        "/services/collector/event",
                        "/services/collector/ack {\"acks\":[0]}",
                        "/services/collector/ack {\"acks\":[0]}",
                        "/services/collector/ack {\"acks\":[0]}",
                        "/services/collector/event",
                        "/services/collector/ack {\"acks\":[1]}",
                        "/services/collector/ack {\"acks\":[1]}",
                        "/services/collector/ack {\"acks\":[1]}");
    }

    @Test
    void deliver_neverIndexed_isTransient() {
        Receiver receiver = Receiver.start(vertx, new FakeSplunk(Integer.MAX_VALUE));

        DeliveryException failure = Failures.of(open(receiver, "", Map.of("ack", "true"), Duration.ofMillis(300))
                .deliver(SampleBatches.usual(0, 1)));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
        assertThat(failure).hasMessage("Splunk has not indexed the events in time");
    }

    @Test
    void deliver_withAckToATokenWithout_isDenied() {
        DeliveryException failure = Failures.of(
                open(new FakeSplunk(NO_ACKS), "", Map.of("ack", "true")).deliver(SampleBatches.usual(0, 1)));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
        assertThat(failure).hasMessage("the token acknowledges nothing; set ack=false");
    }

    @Test
    void deliver_withoutAckToATokenThatNeedsIt_isDenied() {
        DeliveryException failure =
                Failures.of(open(new FakeSplunk(0), "", Map.of()).deliver(SampleBatches.usual(0, 1)));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
        assertThat(failure).hasMessage("the token asks for ack=true");
    }

    @Test
    void deliver_oneEventThatItRefuses_saysWhich() {
        List<dev.sentinel.audit.event.StoredEvent> events =
                new ArrayList<>(SampleBatches.usual(0, 2).events());
        events.addAll(
                SampleBatches.of(2, SampleBatches.event().resource("refused").build())
                        .events());

        Delivery delivery = open(new FakeSplunk(NO_ACKS), "", Map.of())
                .deliver(new Batch(events, 0, 3))
                .await();

        assertThat(delivery).isEqualTo(new Delivery.Refused(2, "HTTP 400, code 15"));
    }

    @ParameterizedTest
    @CsvSource({"wrong, , the token is not valid", ", secret, the token may not write to this index"})
    void deliver_notAllowed_isDenied(String token, String index, String message) {
        Map<String, String> options = new HashMap<>();
        if (token != null) {
            options.put("token", token);
        }
        if (index != null) {
            options.put("index", index);
        }

        DeliveryException failure =
                Failures.of(open(new FakeSplunk(NO_ACKS), "", options).deliver(SampleBatches.usual(0, 1)));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
        assertThat(failure).hasMessage(message);
    }

    @Test
    void deliver_busy_isTransient() {
        FakeSplunk splunk = new FakeSplunk(NO_ACKS);
        splunk.isBusy = true;

        DeliveryException failure = Failures.of(open(splunk, "", Map.of()).deliver(SampleBatches.usual(0, 1)));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
        assertThat(failure).hasMessage("Splunk is busy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void test_rightToken_succeedsWithoutAnEvent(String ack) {
        FakeSplunk splunk = new FakeSplunk(ack.equals("true") ? 0 : NO_ACKS);

        open(splunk, "", Map.of("ack", ack)).test().await();

        assertThat(splunk.indexed()).isEmpty();
    }

    @Test
    void test_wrongToken_isDenied() {
        assertThat(Failures.of(open(new FakeSplunk(NO_ACKS), "", Map.of("token", "wrong"))
                        .test()))
                .hasMessage("the token is not valid");
    }

    @Test
    void test_withoutAckToATokenThatNeedsIt_isDenied() {
        assertThat(Failures.of(open(new FakeSplunk(0), "", Map.of()).test())).hasMessage("the token asks for ack=true");
    }

    @Test
    void test_unhealthy_isTransient() {
        FakeSplunk splunk = new FakeSplunk(NO_ACKS);
        splunk.isUnhealthy = true;

        assertThat(Failures.of(open(splunk, "", Map.of()).test()).kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
    }

    @Test
    void test_anotherPath_isDenied() {
        assertThat(Failures.of(
                        open(new FakeSplunk(NO_ACKS), "/elsewhere", Map.of()).test()))
                .hasMessage("HTTP 404");
    }

    @Test
    void open_withoutToken_saysSo() {
        assertThatThrownBy(() -> new SplunkType()
                        .open(Receiver.settings(URI.create("splunk+https://a.test:8088"), Map.of()), vertx))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("token must be");
    }

    private Destination open(FakeSplunk splunk, String path, Map<String, String> options) {
        return open(Receiver.start(vertx, splunk), path, options, Duration.ofSeconds(60));
    }

    private Destination open(Receiver receiver, String path, Map<String, String> options, Duration indexedWithin) {
        Map<String, String> all = new HashMap<>(Map.of("token", FakeSplunk.TOKEN));
        all.putAll(options);
        return new Splunk(vertx, receiver.settings("splunk+http", path, all), indexedWithin);
    }
}
