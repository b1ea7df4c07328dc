package dev.sentinel.audit.kafka;

import dev.sentinel.audit.forward.LastDelivered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes each batch in a transaction that also says which event is the last one: as the offset of a consumer group that
 * reads nothing. So the batch and the position are in Kafka together or not at all, and the next owner goes on behind
 * them. To open it fences the owner before, whose transaction is aborted.
 *
 * <p>One thread, which it blocks, but for {@link #close}.
 */
final class KafkaTransactions {
    private static final Duration READ = Duration.ofSeconds(10);

    private final KafkaSender sender;
    private final TopicPartition position;
    private final ConsumerGroupMetadata group;
    private final @Nullable LastDelivered last;

    /**
     * Fences the owner before.
     *
     * @param name of the transactions and of the group: of the log and the destination
     * @throws ExecutionException with the error of Kafka
     */
    KafkaTransactions(KafkaSettings settings, String name, int maxBytes) throws ExecutionException {
        this.sender = new KafkaSender(settings.transactional(maxBytes, name));
        this.position = new TopicPartition(settings.topic(), 0);
        try {
            sender.producer().initTransactions();
            // Never polls, so it joins no group.
            KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                    settings.consumer(name), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            try {
                this.group = consumer.groupMetadata();
                this.last = last(consumer.committed(Set.of(position), READ).get(position));
            } finally {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        } catch (KafkaException e) {
            sender.close();
            throw new ExecutionException(e);
        }
    }

    private static @Nullable LastDelivered last(@Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return null;
        }
        try {
            return new LastDelivered(committed.offset() - 1, UUID.fromString(committed.metadata()));
        } catch (IllegalArgumentException e) {
            throw new KafkaException("another program has set the position of the group; delete the group", e);
        }
    }

    /** The last event that was written when this was opened; null if none was. */
    @Nullable
    LastDelivered last() {
        return last;
    }

    /**
     * Writes records, all or none.
     *
     * @param end the last of their events; null if they are none, and the position stays
     * @throws ExecutionException with the error of Kafka; then they may all have been written, as the next one to open
     *     sees
     */
    void send(List<ProducerRecord<byte[], byte[]>> records, @Nullable LastDelivered end)
            throws ExecutionException, InterruptedException {
        try {
            sender.producer().beginTransaction();
            sender.send(records);
            if (end != null) {
                OffsetAndMetadata offset =
                        new OffsetAndMetadata(end.seq() + 1, end.eventId().toString());
                sender.producer().sendOffsetsToTransaction(Map.of(position, offset), group);
            }
            sender.producer().commitTransaction();
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw new ExecutionException(e);
        }
    }

    int partitions() throws ExecutionException {
        return sender.partitions(position.topic());
    }

    /** As {@link KafkaSender#close}. */
    void close() {
        sender.close();
    }
}
