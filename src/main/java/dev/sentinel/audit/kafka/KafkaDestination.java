package dev.sentinel.audit.kafka;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.LastDelivered;
import dev.sentinel.audit.forward.Limits;
import dev.sentinel.audit.forward.SignedCheckpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes each event as one record of a topic, on a thread of its own. */
final class KafkaDestination implements Destination {
    private static final Limits LIMITS = new Limits(1_000, 1 << 20, Duration.ofMillis(250));

    /** What writes a batch. */
    private interface Sender {
        void send(List<ProducerRecord<byte[], byte[]>> records, @Nullable LastDelivered end)
                throws ExecutionException, InterruptedException;
    }

    /** Asks how many partitions the topic has. */
    private interface Partitions {
        int count() throws ExecutionException;
    }

    /** A producer, and what the topic took when it was opened. */
    private record Open(Sender sender, Partitions partitions, Runnable close, int maxBytes) {}

    private final Vertx vertx;
    private final KafkaSettings settings;
    private final KafkaRecords records;
    private final @Nullable String transactions;
    private final boolean checkpoints;
    private final ExecutorService thread;

    /** Null until the first delivery, and after a failure. */
    private volatile @Nullable Open open;

    private volatile boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param transactions their name, for a delivery that goes on exactly where the last one ended; else null
     * @param checkpoints whether the topic gets those of the log
     */
    KafkaDestination(
            Vertx vertx,
            KafkaSettings settings,
            KafkaRecords records,
            @Nullable String transactions,
            boolean checkpoints) {
        this.vertx = vertx;
        this.settings = settings;
        this.records = records;
        this.transactions = transactions;
        this.checkpoints = checkpoints;
        // Not a pool of Vert.x, which those of the same name share: a test need not wait for a delivery that hangs.
        this.thread = Executors.newSingleThreadExecutor(work -> {
            Thread started = new Thread(work, "sentinel-kafka-" + settings.name());
            started.setDaemon(true);
            // The client of Kafka loads classes by their names with the loader of the thread, which knows no plugins.
            started.setContextClassLoader(KafkaDestination.class.getClassLoader());
            return started;
        });
    }

    @Override
    public Future<@Nullable LastDelivered> resume() {
        String name = transactions;
        return name == null ? Future.succeededFuture() : onThread(() -> begin(name));
    }

    private @Nullable LastDelivered begin(String name) throws ExecutionException, InterruptedException {
        Open before = open;
        open = null;
        if (before != null) {
            before.close.run();
        }
        int maxBytes = TopicCheck.maxBytes(settings);
        KafkaTransactions begun = new KafkaTransactions(settings, name, maxBytes);
        opened(new Open(begun::send, begun::partitions, begun::close, maxBytes));
        return begun.last();
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
        send(current, made, end(batch));
        return new Delivery.Done(made.size() + " records acknowledged");
    }

    private void send(Open current, List<ProducerRecord<byte[], byte[]>> made, @Nullable LastDelivered end)
            throws ExecutionException, InterruptedException {
        try {
            current.sender.send(made, end);
        } catch (ExecutionException e) {
            open = null;
            current.close.run();
            throw e;
        }
    }

    @Override
    public boolean takesCheckpoints() {
        return checkpoints;
    }

    /** In every partition, because nobody need read more than one. */
    @Override
    public Future<Void> checkpoint(SignedCheckpoint checkpoint) {
        return onThread(() -> {
            Open current = opened();
            List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>();
            int partitions = current.partitions.count();
            for (int i = 0; i < partitions; i++) {
                made.add(records.of(settings.topic(), i, checkpoint));
            }
            send(current, made, null);
            return null;
        });
    }

    private static LastDelivered end(Batch batch) {
        StoredEvent last = batch.events().get(batch.events().size() - 1);
        return new LastDelivered(last.seq(), last.event().eventId());
    }

    private Open opened() throws ExecutionException, InterruptedException {
        Open current = open;
        if (current == null) {
            int maxBytes = TopicCheck.maxBytes(settings);
            KafkaSender sender = new KafkaSender(settings, maxBytes);
            current = opened(new Open(
                    (records, end) -> sender.send(records),
                    () -> sender.partitions(settings.topic()),
                    sender::close,
                    maxBytes));
        }
        return current;
    }

    private Open opened(Open now) {
        open = now;
        if (closed) {
            now.close.run();
        }
        return now;
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

    /** Writes nothing: asks whether the topic exists, and what a user that may not deliver may not ask. */
    @Override
    public Future<Void> test() {
        return onThread(() -> {
            TopicCheck.checkWritable(settings, transactions);
            return null;
        });
    }

    private <T> Future<T> onThread(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    done.complete(work.call());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    done.completeExceptionally(e);
                } catch (Exception | LinkageError e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(DeliveryException.away("the destination was closed"));
        }
        return Future.fromCompletionStage(done, vertx.getOrCreateContext())
                .recover(cause -> Future.failedFuture(
                        cause instanceof DeliveryException
                                ? cause
                                : KafkaFailures.of(
                                        settings.topic(),
                                        cause instanceof ExecutionException && cause.getCause() != null
                                                ? cause.getCause()
                                                : cause)));
    }

    /** On another thread than deliveries, which it ends. Does not wait for a question to brokers that are away. */
    @Override
    public Future<Void> close() {
        closed = true;
        thread.shutdown();
        Open current = open;
        return current == null
                ? Future.succeededFuture()
                : vertx.executeBlocking(
                        () -> {
                            current.close.run();
                            return null;
                        },
                        false);
    }
}
