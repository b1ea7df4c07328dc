package dev.sentinel.audit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The topic for messages that cannot be taken: with their bytes and headers, and why. One thread; blocks. What is
 * written there is not redacted, because it could not be read.
 */
final class DeadLetters {
    static final String ERROR = "sentinel-error";
    static final String TOPIC = "sentinel-topic";
    static final String PARTITION = "sentinel-partition";
    static final String OFFSET = "sentinel-offset";

    /** A message, and why it cannot be taken. */
    record Letter(ConsumerRecord<byte[], byte[]> message, String reason) {}

    private final KafkaSettings settings;

    /** Null until the first letter, and after a failure. */
    private @Nullable KafkaSender sender;

    DeadLetters(KafkaSettings settings) {
        this.settings = settings;
    }

    /** Writes messages, and waits until the brokers have acknowledged them; fails with the error of Kafka. */
    void write(List<Letter> letters) throws ExecutionException, InterruptedException {
        if (letters.isEmpty()) {
            return;
        }
        KafkaSender open = sender;
        if (open == null) {
            open = new KafkaSender(settings, TopicCheck.maxBytes(settings));
            sender = open;
        }
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(letters.size());
        letters.forEach(letter -> records.add(made(letter)));
        try {
            open.send(records);
        } catch (ExecutionException e) {
            close();
            throw e;
        }
    }

    private ProducerRecord<byte[], byte[]> made(Letter letter) {
        ConsumerRecord<byte[], byte[]> message = letter.message();
        ProducerRecord<byte[], byte[]> made =
                new ProducerRecord<>(settings.topic(), null, message.key(), message.value(), message.headers());
        made.headers()
                .add(ERROR, letter.reason().getBytes(UTF_8))
                .add(TOPIC, message.topic().getBytes(UTF_8))
                .add(PARTITION, Integer.toString(message.partition()).getBytes(UTF_8))
                .add(OFFSET, Long.toString(message.offset()).getBytes(UTF_8));
        return made;
    }

    void close() {
        if (sender != null) {
            sender.close();
            sender = null;
        }
    }
}
