package dev.sentinel.audit.kafka;

import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.ingest.feed.Feed;
import dev.sentinel.audit.ingest.feed.FeedSink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the messages of a topic, on a thread of its own, which waits for brokers most of the time. Several servers
 * share the partitions.
 */
final class KafkaFeed implements Feed {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaFeed.class);

    /** Between two attempts after a failure. */
    private static final long RETRY_SECONDS = 5;

    /** To leave the group, so that others need not find out that this server is gone. */
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final String group;
    private final DeadLetters deadLetters;
    private final FeedSink sink;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Promise<Void> ended = Promise.promise();
    private final OutageLog outage = OutageLog.error(
            LOG, "messages not read reason=\"{}\" effect=\"they wait in the topic\"", "messages read again");

    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile @Nullable TopicReader reader;

    KafkaFeed(KafkaSettings settings, String group, KafkaSettings deadLetters, FeedSink sink) {
        this.settings = settings;
        this.group = group;
        this.deadLetters = new DeadLetters(deadLetters);
        this.sink = sink;
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::run, "sentinel-kafka-in");
        thread.setDaemon(true);
        thread.setContextClassLoader(KafkaFeed.class.getClassLoader());
        thread.start();
    }

    private void run() {
        try {
            while (!isClosing()) {
                try {
                    read();
                } catch (WakeupException e) {
                    LOG.debug("woken up", e);
                } catch (RuntimeException | ExecutionException e) {
                    // Also a defect: a feed that ends would lose nothing, and say nothing either.
                    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
                    outage.failed(KafkaFailures.of(settings.topic(), cause).getMessage());
                    // Not a sleep: the end of the server ends it.
                    if (closing.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            deadLetters.close();
            ended.complete();
        }
    }

    /** Reads until the feed is closed or fails. */
    private void read() throws ExecutionException, InterruptedException {
        // A consumer of a topic that does not exist would wait for it and say nothing.
        TopicCheck.checkReadable(settings);
        KafkaConsumer<byte[], byte[]> opened =
                new KafkaConsumer<>(settings.consumer(group), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer = opened;
        try {
            TopicReader reading = new TopicReader(opened, settings.topic(), deadLetters, sink);
            reader = reading;
            while (!isClosing()) {
                reading.readOnce();
                outage.succeeded();
            }
        } finally {
            reader = null;
            consumer = null;
            opened.close(CloseOptions.timeout(CLOSE));
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    @Override
    public long lag() {
        TopicReader reading = reader;
        return reading == null ? -1 : reading.lag();
    }

    @Override
    public boolean isFailing() {
        return outage.isFailing();
    }

    @Override
    public Future<Void> close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        return ended.future();
    }
}
