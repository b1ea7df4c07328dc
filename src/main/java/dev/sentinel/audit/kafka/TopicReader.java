package dev.sentinel.audit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.ingest.feed.FeedMessage;
import dev.sentinel.audit.ingest.feed.FeedSink;
import dev.sentinel.audit.ingest.feed.Verdict;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages that one poll returns at a time: stores their events, puts what was refused among the dead
 * letters, and only then commits the offsets. A server that is killed in between repeats that poll, and its events are
 * duplicates. One thread, but for {@link #lag}.
 */
final class TopicReader implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration COMMIT = Duration.ofSeconds(30);

    /** Shorter than brokers wait for a sign of life between two polls. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    private static final long FIRST_PAUSE_MS = 100;
    private static final long MAX_PAUSE_MS = 10_000;

    /** In headers of CloudEvents over HTTP and over Kafka. */
    private static final String HTTP_ATTRIBUTE = "ce-";

    private static final String KAFKA_ATTRIBUTE = "ce_";

    private final OutageLog delay = OutageLog.warn(
            LOG, "messages not stored yet reason=\"{}\" effect=\"they are handed in again\"", "messages stored again");
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final DeadLetters deadLetters;
    private final FeedSink sink;
    private boolean busy;
    private volatile long lag = -1;

    TopicReader(KafkaConsumer<byte[], byte[]> consumer, String topic, DeadLetters deadLetters, FeedSink sink) {
        this.consumer = consumer;
        this.deadLetters = deadLetters;
        this.sink = sink;
        consumer.subscribe(List.of(topic), this);
    }

    /** Waits for messages, for a second at most, and takes them. */
    void readOnce() throws ExecutionException, InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> messages = new ArrayList<>();
        consumer.poll(POLL).forEach(messages::add);
        lag = currentLag();
        if (messages.isEmpty()) {
            return;
        }
        busy = true;
        consumer.pause(consumer.assignment());
        take(messages);
        busy = false;
        consumer.resume(consumer.paused());
    }

    private void take(List<ConsumerRecord<byte[], byte[]>> messages) throws ExecutionException, InterruptedException {
        List<Verdict> verdicts =
                stored(messages.stream().map(TopicReader::message).toList());
        List<DeadLetters.Letter> refused = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (verdicts.get(i) instanceof Verdict.Refused why) {
                refused.add(new DeadLetters.Letter(messages.get(i), why.reason()));
            }
        }
        deadLetters.write(refused);
        commit(messages);
    }

    /** Hands the messages in until the sink has taken them. It refuses them while the server is overloaded. */
    private List<Verdict> stored(List<FeedMessage> messages) throws InterruptedException {
        long pause = FIRST_PAUSE_MS;
        while (true) {
            try {
                List<Verdict> verdicts = await(sink.append(messages));
                delay.succeeded();
                return verdicts;
            } catch (ExecutionException e) {
                delay.failed(String.valueOf(e.getCause()));
                await(pause);
                pause = Math.min(MAX_PAUSE_MS, 2 * pause);
            }
        }
    }

    private List<Verdict> await(Future<List<Verdict>> appended) throws ExecutionException, InterruptedException {
        CompletableFuture<List<Verdict>> answer = appended.toCompletionStage().toCompletableFuture();
        while (true) {
            try {
                return answer.get(SIGN_OF_LIFE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Returns nothing, because all partitions are paused; ends the wait when the feed is closed.
                consumer.poll(Duration.ZERO);
            }
        }
    }

    /** Waits before the next attempt, and shows signs of life meanwhile. */
    private void await(long pauseMs) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
        for (long left = pauseMs; left > 0; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            consumer.poll(Duration.ofMillis(left));
        }
    }

    private static FeedMessage message(ConsumerRecord<byte[], byte[]> message) {
        Map<String, String> header = new HashMap<>();
        for (Header each : message.headers()) {
            String name = each.key().toLowerCase(Locale.ROOT);
            if (each.value() != null) {
                header.put(
                        name.startsWith(KAFKA_ATTRIBUTE)
                                ? HTTP_ATTRIBUTE + name.substring(KAFKA_ATTRIBUTE.length())
                                : name,
                        new String(each.value(), UTF_8));
            }
        }
        // A tombstone has no value.
        return new FeedMessage(message.value() == null ? Buffer.buffer() : Buffer.buffer(message.value()), header);
    }

    private void commit(List<ConsumerRecord<byte[], byte[]>> messages) {
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> each : messages) {
            TopicPartition partition = new TopicPartition(each.topic(), each.partition());
            if (consumer.assignment().contains(partition)) {
                done.put(partition, new OffsetAndMetadata(each.offset() + 1));
            }
        }
        try {
            consumer.commitSync(done, COMMIT);
        } catch (CommitFailedException | RebalanceInProgressException e) {
            // Another server has the partitions now, and reads these messages again.
            LOG.debug("offsets not committed", e);
        }
    }

    private long currentLag() {
        long sum = 0;
        for (TopicPartition partition : consumer.assignment()) {
            sum += consumer.currentLag(partition).orElse(0);
        }
        return sum;
    }

    /** Messages of the partitions of this server that it has not read; less than 0 before the first poll. */
    long lag() {
        return lag;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (busy) {
            consumer.pause(partitions);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        // The next owner reads again what is not committed.
    }
}
