package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code dynamodb://agent-events?region=eu-central-1}: a table of DynamoDB. Found by the service loader. */
public final class DynamoType implements DestinationType {
    private static final String INDEX = "index";
    private static final String NAME = "[a-zA-Z0-9_.-]{3,255}";

    @Override
    public Set<String> schemes() {
        return Set.of("dynamodb");
    }

    @Override
    public Set<String> options() {
        return AwsSettings.options(INDEX);
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
        String index = settings.options().getOrDefault(INDEX, "agent-seq");
        if (!Pattern.matches(NAME, index)) {
            throw new IllegalArgumentException(INDEX + " must be the name of an index");
        }
        return new DynamoDestination(
                vertx,
                settings.id(),
                AwsUrl.named(settings.url(), "table", NAME),
                index,
                AwsSettings.of(settings.options()));
    }
}
