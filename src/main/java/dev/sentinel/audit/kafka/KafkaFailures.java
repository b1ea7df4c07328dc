package dev.sentinel.audit.kafka;

import dev.sentinel.audit.forward.DeliveryException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What errors of Kafka mean to a destination. */
final class KafkaFailures {
    private static final int MAX_MESSAGE = 200;

    private KafkaFailures() {}

    static DeliveryException of(String topic, Throwable cause) {
        if (cause instanceof UnknownTopicOrPartitionException || cause instanceof InvalidTopicException) {
            return DeliveryException.denied(
                    "the topic " + topic + " does not exist, or this user may not see it; Sentinel makes no topics");
        }
        String message = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        String shown = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
        boolean denied = cause instanceof SslAuthenticationException
                || cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof UnsupportedVersionException
                || cause instanceof ConfigException;
        return denied ? DeliveryException.denied(shown) : DeliveryException.away(shown);
    }
}
