package dev.sentinel.audit.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records so that of each partition, what one sender writes has no gap. A reader may then drop each record whose
 * position is not above the highest that it has seen in the partition, however often batches are sent again and by
 * whom: each run begins at or below the end of what was acknowledged, and goes up.
 *
 * <p>For this nothing is sent behind a record that failed: the producer never gives a record up on its own, has one
 * request under way, and is closed by the first failure. Then the sender is broken, and another one is opened.
 *
 * <p>{@link #send} is called on one thread, which it blocks; {@link #close} on any.
 */
final class KafkaSender {
    private final Producer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    KafkaSender(KafkaSettings settings, int maxBytes) {
        this(settings.producer(maxBytes));
    }

    /** @param configuration of the producer */
    KafkaSender(Map<String, Object> configuration) {
        this.producer = new KafkaProducer<>(configuration, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** How many partitions the topic has. */
    int partitions(String topic) throws ExecutionException {
        try {
            return producer.partitionsFor(topic).size();
        } catch (KafkaException e) {
            throw new ExecutionException(e);
        }
    }

    /** For transactions around {@link #send}. */
    Producer<byte[], byte[]> producer() {
        return producer;
    }

    /**
     * Sends records, and waits until the brokers have acknowledged all of them.
     *
     * @throws ExecutionException with the error of Kafka; then a beginning of the records may have been written
     */
    void send(List<ProducerRecord<byte[], byte[]>> records) throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        for (ProducerRecord<byte[], byte[]> each : records) {
            throwFailure();
            sent.add(send(each));
        }
        for (Future<RecordMetadata> each : sent) {
            await(each);
        }
    }

    private void await(Future<RecordMetadata> each) throws ExecutionException, InterruptedException {
        try {
            each.get();
        } catch (ExecutionException e) {
            // Those behind the first one only say that the producer is closed.
            throwFailure();
            throw e;
        }
    }

    private Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> made) throws ExecutionException {
        try {
            return producer.send(made, (metadata, error) -> {
                // Before the thread of the producer, which runs this, sends anything else.
                if (error != null) {
                    fail(error);
                }
            });
        } catch (RuntimeException e) {
            fail(e);
            throw new ExecutionException(e);
        }
    }

    private void fail(Throwable error) {
        if (failure.compareAndSet(null, error)) {
            close();
        }
    }

    private void throwFailure() throws ExecutionException {
        Throwable first = failure.get();
        if (first != null) {
            throw new ExecutionException(first);
        }
    }

    /** Gives up what is not written yet, and releases the connections. Idempotent; waits for no broker. */
    void close() {
        producer.close(Duration.ZERO);
    }
}
