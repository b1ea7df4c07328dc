package dev.sentinel.audit.kafka;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Asks the brokers about a topic. A producer would make one that does not exist, if the brokers allow that. */
final class TopicCheck {
    /** The default of brokers. */
    private static final int USUAL_MAX_BYTES = 1_048_588;

    private TopicCheck() {}

    /**
     * Checks that the topic exists and that this user may write to it. Blocks for some seconds at most.
     *
     * @return the bytes of the largest batch of records that the topic takes
     */
    static int maxBytes(KafkaSettings settings) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(settings.admin())) {
            check(admin, settings.topic(), AclOperation.WRITE);
            return configured(admin, settings.topic());
        }
    }

    /** Checks that the topic exists and that this user may read it. Blocks for some seconds at most. */
    static void checkReadable(KafkaSettings settings) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(settings.admin())) {
            check(admin, settings.topic(), AclOperation.READ);
        }
    }

    /**
     * Checks what {@link #maxBytes} does, and that this user may see the transactions and the group of a name, as one
     * that may use them does. Whether it may write to them cannot be asked without an effect on their owner. Blocks for
     * some seconds at most.
     *
     * @param transactions their name; null for a delivery without them
     */
    static void checkWritable(KafkaSettings settings, @Nullable String transactions)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(settings.admin())) {
            check(admin, settings.topic(), AclOperation.WRITE);
            configured(admin, settings.topic());
            if (transactions != null) {
                admin.listConsumerGroupOffsets(transactions)
                        .partitionsToOffsetAndMetadata()
                        .get();
                checkTransactions(admin, transactions);
            }
        }
    }

    private static void checkTransactions(Admin admin, String name) throws ExecutionException, InterruptedException {
        try {
            admin.describeTransactions(List.of(name)).all().get();
        } catch (ExecutionException e) {
            // The first owner makes them, and brokers before 3.0 do not know the question.
            if (!(e.getCause() instanceof TransactionalIdNotFoundException)
                    && !(e.getCause() instanceof UnsupportedVersionException)) {
                throw e;
            }
        }
    }

    private static void check(Admin admin, String name, AclOperation needed)
            throws ExecutionException, InterruptedException {
        TopicDescription topic = admin.describeTopics(
                        List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .allTopicNames()
                .get()
                .get(name);
        Set<AclOperation> allowed = topic.authorizedOperations();
        if (allowed != null && !allowed.contains(needed) && !allowed.contains(AclOperation.ALL)) {
            throw new TopicAuthorizationException(Set.of(name));
        }
    }

    private static int configured(Admin admin, String topic) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Map<ConfigResource, Config> all =
                    admin.describeConfigs(List.of(resource)).all().get();
            return Integer.parseInt(
                    all.get(resource).get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return USUAL_MAX_BYTES;
            }
            throw e;
        }
    }
}
