package dev.sentinel.audit.forward;

import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A destination behind the port, {@code test:}, that keeps what it takes and answers as a test wants. Any thread. */
final class Receiver implements DestinationType {
    private final List<Long> taken = new ArrayList<>();
    private final List<Batch> seen = new ArrayList<>();
    private volatile Function<Batch, Future<Delivery>> answer = batch -> done();
    private volatile Supplier<Future<LastDelivered>> last = Future::succeededFuture;
    private volatile Limits limits = new Limits(100, 1 << 20, Duration.ofMillis(5));
    private final AtomicInteger opened = new AtomicInteger();
    private final List<String> runs = new CopyOnWriteArrayList<>();
    private final List<String> checkpoints = new CopyOnWriteArrayList<>();
    private int busy;
    volatile boolean isLocal;
    private final List<String> urls = new CopyOnWriteArrayList<>();

    static Future<Delivery> done() {
        return Future.succeededFuture(new Delivery.Done("taken"));
    }

    /** Refuses batches with any of these positions. */
    static Future<Delivery> refusing(Batch batch, Set<Long> poison) {
        return batch.events().stream().anyMatch(event -> poison.contains(event.seq()))
                ? Future.succeededFuture(new Delivery.Refused(Delivery.Refused.UNKNOWN, "too odd"))
                : done();
    }

    void answers(Function<Batch, Future<Delivery>> next) {
        answer = next;
    }

    /** What it says when an owner resumes. */
    void resumesWith(Supplier<Future<LastDelivered>> next) {
        last = next;
    }

    /** Checkpoints that it was given, each with the number of events that were taken before. */
    List<String> checkpoints() {
        return List.copyOf(checkpoints);
    }

    void limits(Limits next) {
        limits = next;
    }

    /** Positions that were acknowledged, in the order of their arrival. */
    synchronized List<Long> taken() {
        return List.copyOf(taken);
    }

    /** All batches that came, also those that were not acknowledged. */
    synchronized List<Batch> seen() {
        return List.copyOf(seen);
    }

    /** With what it was opened. */
    List<String> urls() {
        return List.copyOf(urls);
    }

    /** How often it was opened. */
    int opened() {
        return opened.get();
    }

    /** {@link Settings#run} of each opening. */
    List<String> runs() {
        return List.copyOf(runs);
    }

    @Override
    public Set<String> schemes() {
        return Set.of("test");
    }

    @Override
    public Set<String> options() {
        return Set.of("color", "token");
    }

    @Override
    public Set<String> secrets() {
        return Set.of("token");
    }

    @Override
    public Optional<String> whyOperator() {
        return isLocal ? Optional.of("acts on the machine of the server") : Optional.empty();
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        if ("none".equals(settings.options().get("color"))) {
            throw new IllegalArgumentException("color must be a color");
        }
        opened.incrementAndGet();
        runs.add(settings.run());
        urls.add(settings.url().toString());
        return new Destination() {
            @Override
            public boolean takesCheckpoints() {
                return true;
            }

            @Override
            public Future<Void> checkpoint(SignedCheckpoint checkpoint) {
                checkpoints.add(checkpoint.size() + " after " + taken().size());
                return checkpoints.size() == 1
                        ? Future.failedFuture(DeliveryException.away("the first time"))
                        : Future.succeededFuture();
            }

            @Override
            public Future<LastDelivered> resume() {
                return last.get();
            }

            @Override
            public Future<Delivery> deliver(Batch batch) {
                return take(batch);
            }

            @Override
            public Limits limits() {
                return limits;
            }

            @Override
            public Guarantee guarantee() {
                return Guarantee.ACKNOWLEDGED;
            }

            @Override
            public Future<Void> test() {
                return take(new Batch(List.of(), 0, 0)).mapEmpty();
            }

            @Override
            public Future<Void> close() {
                return Future.succeededFuture();
            }
        };
    }

    private synchronized Future<Delivery> take(Batch batch) {
        seen.add(batch);
        busy++;
        if (busy > 2) {
            throw new IllegalStateException("one delivery at a time, and one of a replay");
        }
        Future<Delivery> answered;
        try {
            answered = answer.apply(batch);
        } catch (RuntimeException e) {
            busy--;
            throw e;
        }
        return answered.onComplete(result -> {
            synchronized (this) {
                busy--;
                if (result.succeeded() && result.result() instanceof Delivery.Done) {
                    taken.addAll(batch.events().stream().map(StoredEvent::seq).collect(Collectors.toList()));
                }
            }
        });
    }
}
