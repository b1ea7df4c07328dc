package dev.sentinel.audit.forward.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElasticTest {
    private static final Map<String, String> KEY = Map.of("api_key", FakeElastic.API_KEY);
    private static final String PATH = "/prefix/logs-sentinel-default";

    private final Vertx vertx = Vertx.vertx();
    private final FakeElastic elastic = new FakeElastic();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void deliver_batch_createsADocumentForEachEvent() {
        Batch batch = SampleBatches.random(5, 10, 40);

        Delivery delivery = open(Map.of("api_key", FakeElastic.API_KEY, "gzip", "true"))
                .deliver(batch)
                .await();

        assertThat(delivery).isEqualTo(new Delivery.Done("HTTP 200"));
        assertThat(elastic.documents().keySet())
                .containsExactlyElementsOf(batch.events().stream()
                        .map(event -> event.event().eventId().toString())
                        .toList());
    }

    @Test
    void deliver_again_isTakenAndStoresNothingTwice() {
        Destination destination = open(KEY);
        Batch batch = SampleBatches.usual(0, 3);
        destination.deliver(batch).await();

        assertThat(destination.deliver(batch).await()).isEqualTo(new Delivery.Done("HTTP 200"));
        assertThat(elastic.documents()).hasSize(3);
    }

    @Test
    void deliver_oneEventThatItRefuses_saysWhichAndWhy() {
        assertThat(open(KEY)
                        .deliver(batch("a", "b", "unmappable", "unmappable"))
                        .await())
                .isEqualTo(new Delivery.Refused(2, "HTTP 400, document_parsing_exception"));
    }

    @Test
    void deliver_errorThatIsNoWord_isNotShown() {
        assertThat(open(KEY).deliver(batch("strange")).await()).isEqualTo(new Delivery.Refused(0, "HTTP 400"));
    }

    @Test
    void deliver_itemsThatAreForbidden_isDenied() {
        DeliveryException failure = Failures.of(open(KEY).deliver(batch("a", "forbidden")));

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
        assertThat(failure).hasMessage("HTTP 403, security_exception");
    }

    @Test
    void deliver_itemsThatMayBeTakenLater_isTransientAndThenComplete() {
        Destination destination = open(KEY);
        Batch batch = SampleBatches.usual(0, 3);
        elastic.isFull = true;

        DeliveryException failure = Failures.of(destination.deliver(batch));
        elastic.isFull = false;
        destination.deliver(batch).await();

        assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
        assertThat(elastic.documents()).hasSize(3);
    }

    @Test
    void deliver_withUserAndPassword_isLetIn() {
        assertThat(open(Map.of("user", "elastic", "password", "change:me"))
                        .deliver(batch("a"))
                        .await())
                .isEqualTo(new Delivery.Done("HTTP 200"));
    }

    @Test
    void deliver_wrongKey_isDenied() {
        assertThat(Failures.of(open(Map.of("api_key", "wrong")).deliver(batch("a")))
                        .kind())
                .isEqualTo(DeliveryException.Kind.DENIED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{\"items\":{}}", "{\"items\":[]}", "{\"items\":[1,2]}"})
    void deliver_answerOfSomethingElse_isNotASuccess(String answer) {
        Receiver receiver =
                Receiver.start(vertx, (request, received) -> request.response().end(answer));
        Destination destination = new ElasticType().open(receiver.settings("elastic+http", PATH, KEY), vertx);

        assertThat(Failures.of(destination.deliver(batch("a", "b"))).kind())
                .isEqualTo(DeliveryException.Kind.TRANSIENT);
    }

    /** Twice as much goes over the wire, and up to twenty destinations share a small heap. */
    @Test
    void limits_areHalfOfThoseOfOthers() {
        assertThat(open(KEY).limits().bytes()).isEqualTo(512 << 10);
    }

    @Test
    void test_rightKey_succeedsWithoutAnEvent() {
        open(KEY).test().await();

        assertThat(elastic.documents()).isEmpty();
    }

    @Test
    void test_wrongKey_isDenied() {
        assertThat(Failures.of(open(Map.of("api_key", "wrong")).test()).kind())
                .isEqualTo(DeliveryException.Kind.DENIED);
    }

    @ParameterizedTest
    @CsvSource({
        "'', api_key, k",
        "/, api_key, k",
        "/_bulk, api_key, k",
        "/Upper, api_key, k",
        "/logs, api_key, a b",
        "/logs, user, a:b"
    })
    void open_wrongSetting_isRefused(String path, String option, String value) {
        assertThatThrownBy(() -> new ElasticType()
                        .open(
                                Receiver.settings(URI.create("elastic+https://a.test" + path), Map.of(option, value)),
                                vertx))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Destination open(Map<String, String> options) {
        return new ElasticType().open(Receiver.start(vertx, elastic).settings("elastic+http", PATH, options), vertx);
    }

    private static Batch batch(String... resources) {
        List<StoredEvent> events = new ArrayList<>();
        for (String resource : resources) {
            events.addAll(SampleBatches.of(
                            events.size(),
                            SampleBatches.event().resource(resource).build())
                    .events());
        }
        return new Batch(events, 0, events.size());
    }
}
