package dev.sentinel.audit.ingest.otlp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class DeliveryTest {
    private static final Attributes RESOURCE =
            Attributes.builder().put("service.name", "a").build();
    private static final Scope SCOPE = new Scope("s", "1");

    private final Recorded recorded = new Recorded();
    private final Delivery delivery = new Delivery(recorded);

    @Test
    void record_ofKnownOrigin_isDeliveredAtOnce() throws Exception {
        delivery.resource(RESOURCE);
        delivery.scope(SCOPE);

        add(1);

        assertThat(recorded.origins).containsExactly(new Origin(RESOURCE, SCOPE));
    }

    @Test
    void record_ofUnknownResource_waitsForIt() throws Exception {
        delivery.scope(SCOPE);
        add(1);
        delivery.endScope();
        assertThat(recorded.origins).isEmpty();

        delivery.resource(RESOURCE);

        assertThat(recorded.origins).containsExactly(new Origin(RESOURCE, SCOPE));
    }

    @Test
    void records_ofOneScope_shareTheirOrigin() throws Exception {
        delivery.scope(SCOPE);
        add(1);
        add(1);
        delivery.endScope();
        delivery.endResource();

        assertThat(recorded.origins).containsOnly(new Origin(Attributes.NONE, SCOPE));
        assertThat(recorded.origins.get(0)).isSameAs(recorded.origins.get(1));
    }

    @Test
    void origin_ofOneResource_isNotThatOfTheNext() throws Exception {
        delivery.resource(RESOURCE);
        delivery.scope(SCOPE);
        add(1);
        delivery.endScope();
        delivery.endResource();
        add(1);
        delivery.endScope();
        delivery.endResource();

        assertThat(recorded.origins)
                .containsExactly(new Origin(RESOURCE, SCOPE), new Origin(Attributes.NONE, Scope.NONE));
    }

    @Test
    void records_waiting_areBounded() throws Exception {
        add(Delivery.MAX_WAITING + 1);

        assertThatThrownBy(() -> add(1)).isInstanceOf(MalformedRequestException.class);
    }

    private void add(long bytes) throws MalformedRequestException {
        delivery.log(new LogDraft().build(), bytes);
    }
}
