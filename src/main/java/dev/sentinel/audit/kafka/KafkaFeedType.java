package dev.sentinel.audit.kafka;

import dev.sentinel.audit.ingest.feed.Feed;
import dev.sentinel.audit.ingest.feed.FeedSettings;
import dev.sentinel.audit.ingest.feed.FeedSink;
import dev.sentinel.audit.ingest.feed.FeedType;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code kafka+tls://broker-1:9093/agent-events?group=sentinel}: messages of a topic. Found by the service loader. */
public final class KafkaFeedType implements FeedType {
    private static final String GROUP = "group";
    /** The topic for messages that cannot be taken. */
    private static final String DLQ = "dlq";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    @Override
    public Set<String> schemes() {
        return Set.of(KafkaSettings.PLAIN, KafkaSettings.TLS);
    }

    @Override
    public Set<String> options() {
        return Set.of(GROUP, DLQ, KafkaSettings.SASL, KafkaSettings.USER, KafkaSettings.PASSWORD, KafkaSettings.CA);
    }

    @Override
    public Set<String> secrets() {
        return Set.of(KafkaSettings.PASSWORD, KafkaSettings.CA);
    }

    @Override
    public Feed open(FeedSettings settings, FeedSink sink, Vertx vertx) {
        KafkaSettings topic = KafkaSettings.of("in", settings.url(), settings.options());
        return new KafkaFeed(
                topic, name(settings, GROUP, "sentinel"), topic.of(name(settings, DLQ, topic.topic() + ".dlq")), sink);
    }

    private static String name(FeedSettings settings, String option, String otherwise) {
        String name = settings.options().getOrDefault(option, otherwise);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(option + " must be up to 249 letters, digits, dots, - and _");
        }
        return name;
    }
}
