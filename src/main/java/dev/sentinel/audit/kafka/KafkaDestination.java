package dev.sentinel.audit.kafka;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes each event as one record of a topic, on a thread of its own. */
final class KafkaDestination implements Destination {
    private static final Limits LIMITS = new Limits(1_000, 1 << 20, Duration.ofMillis(250));

    /** The engine ends a delivery earlier. */
    private static final long WARNING_MINUTES = 5;

    /** A producer, and what the topic took when it was opened. */
    private record Open(KafkaSender sender, int maxBytes) {}

    private final Vertx vertx;
    private final KafkaSettings settings;
    private final KafkaRecords records;
    private final WorkerExecutor thread;

    /** Null until the first delivery, and after a failure. */
    private volatile @Nullable Open open;

    private volatile boolean closed;

    KafkaDestination(Vertx vertx, KafkaSettings settings, KafkaRecords records) {
        this.vertx = vertx;
        this.settings = settings;
        this.records = records;
        this.thread = vertx.createSharedWorkerExecutor(
                "sentinel-kafka-" + settings.name(), 1, WARNING_MINUTES, TimeUnit.MINUTES);
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return onThread(() -> send(batch));
    }

    private Delivery send(Batch batch) throws ExecutionException, InterruptedException {
        Open current = opened();
        List<ProducerRecord<byte[], byte[]>> made =
                new ArrayList<>(batch.events().size());
        for (int i = 0; i < batch.events().size(); i++) {
            ProducerRecord<byte[], byte[]> each =
                    records.of(settings.topic(), batch.events().get(i));
            // Here, not by the producer: then events behind it would be written before it.
            if (KafkaRecords.maxBytes(each) > current.maxBytes) {
                return new Delivery.Refused(i, "larger than max.message.bytes of the topic: " + current.maxBytes);
            }
            made.add(each);
        }
        try {
            current.sender.send(made);
        } catch (ExecutionException e) {
            open = null;
            current.sender.close();
            throw e;
        }
        return new Delivery.Done(made.size() + " records acknowledged");
    }

    private Open opened() throws ExecutionException, InterruptedException {
        Open current = open;
        if (current == null) {
            int maxBytes = TopicCheck.maxBytes(settings);
            current = new Open(new KafkaSender(settings, maxBytes), maxBytes);
            open = current;
            if (closed) {
                current.sender.close();
            }
        }
        return current;
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    /** Every replica that is in sync has it: {@code acks=all}. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.ACKNOWLEDGED;
    }

    /** Writes nothing: asks whether the topic exists and whether this user may write to it. */
    @Override
    public Future<Void> test() {
        return onThread(() -> {
            TopicCheck.maxBytes(settings);
            return null;
        });
    }

    private <T> Future<T> onThread(Callable<T> work) {
        return thread.executeBlocking(() -> PluginLoader.call(work), false)
                .recover(cause -> Future.failedFuture(KafkaFailures.of(
                        settings.topic(),
                        cause instanceof ExecutionException && cause.getCause() != null ? cause.getCause() : cause)));
    }

    /** On another thread than deliveries, which it ends. */
    @Override
    public Future<Void> close() {
        closed = true;
        Open current = open;
        if (current == null) {
            return thread.close();
        }
        return vertx.<Void>executeBlocking(
                        () -> {
                            current.sender.close();
                            return null;
                        },
                        false)
                .eventually(thread::close);
    }
}
