package dev.sentinel.audit.kafka;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code kafka+tls://broker-1:9093,broker-2:9093/agent-events}: a topic of Kafka. Found by the service loader. */
public final class KafkaType implements DestinationType {
    private static final String EXACTLY_ONCE = "exactly-once";

    @Override
    public Set<String> schemes() {
        return Set.of(KafkaSettings.PLAIN, KafkaSettings.TLS);
    }

    @Override
    public Set<String> options() {
        return Set.of(
                KafkaSettings.SASL,
                KafkaSettings.USER,
                KafkaSettings.PASSWORD,
                KafkaSettings.CA,
                KafkaSettings.COMPRESSION,
                KafkaSettings.DELIVERY,
                KafkaSettings.CHECKPOINTS);
    }

    @Override
    public Set<String> secrets() {
        return Set.of(KafkaSettings.PASSWORD, KafkaSettings.CA);
    }

    @Override
    public Optional<String> whyOperator() {
        return Optional.of("connects to every address that its brokers name");
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        String delivery =
                KafkaSettings.oneOf(settings.options(), KafkaSettings.DELIVERY, List.of("at-least-once", EXACTLY_ONCE));
        String checkpoints =
                KafkaSettings.oneOf(settings.options(), KafkaSettings.CHECKPOINTS, List.of("false", "true"));
        return new KafkaDestination(
                vertx,
                KafkaSettings.of(settings.id(), settings.url(), settings.options()),
                new KafkaRecords(settings.source()),
                delivery.equals(EXACTLY_ONCE) ? "sentinel-" + settings.source() + "-" + settings.id() : null,
                checkpoints.equals("true"));
    }
}
