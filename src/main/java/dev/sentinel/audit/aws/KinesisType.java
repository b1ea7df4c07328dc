package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;

/** {@code kinesis://agent-events?region=eu-central-1}: a stream of Kinesis. Found by the service loader. */
public final class KinesisType implements DestinationType {
    private static final String ORDERING = "ordering";
    private static final String STRICT = "strict";

    @Override
    public Set<String> schemes() {
        return Set.of("kinesis");
    }

    @Override
    public Set<String> options() {
        return AwsSettings.options(ORDERING);
    }

    @Override
    public Set<String> secrets() {
        return AwsSettings.SECRETS;
    }

    @Override
    public Optional<String> whyOperator() {
        return Optional.of(AwsSettings.WHY_OPERATOR);
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        String ordering = settings.options().getOrDefault(ORDERING, "batch");
        if (!Set.of("batch", STRICT).contains(ordering)) {
            throw new IllegalArgumentException(ORDERING + " must be batch or " + STRICT);
        }
        return new KinesisDestination(
                vertx,
                settings.id(),
                AwsUrl.named(settings.url(), "stream", "[a-zA-Z0-9_.-]{1,128}"),
                ordering.equals(STRICT),
                AwsSettings.of(settings.options()));
    }
}
