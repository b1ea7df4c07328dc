package dev.sentinel.audit.forward;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.store.EventMatcher;
import dev.sentinel.audit.store.LogReader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects the next batch of a destination from the log. One event loop.
 *
 * <p>It keeps one batch of at most {@link Limits#bytes}. A slice of the log may be larger, but is dropped before the
 * next one is read, and the budget bounds the slices of all destinations together: what does not fit into the batch is
 * read again.
 */
final class BatchReader {
    /** Each read costs the database a statement; events that are committed one by one are read as groups. */
    private static final Duration BETWEEN_READS = Duration.ofMillis(50);

    private static final int FIRST_SLICE = 64;
    private static final int MAX_SLICE = 1_000;

    /** If the log lacks events that were announced. */
    private static final Duration NOT_YET = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final LogReader log;
    private final Budget readings;
    private final String id;
    private final EventMatcher matcher;
    private final Limits limits;
    private final long end;
    private final Duration pass;
    private final BooleanSupplier hasOtherWork;

    private List<StoredEvent> events = new ArrayList<>();
    private long bytes;
    private long from;
    private long looked;
    private long lingerEnds;
    private long passed = System.nanoTime();
    private int slice = FIRST_SLICE;
    private boolean full;
    private long readAt = System.nanoTime() - BETWEEN_READS.toNanos();
    private @Nullable Promise<Void> waiting;
    private boolean cancelled;

    /**
     * @param id the owner of permits
     * @param start the first position
     * @param end the position at which a replay ends; {@link Long#MAX_VALUE} to follow the log
     * @param pass how often an empty batch moves the cursor
     * @param hasOtherWork whether the owner should not wait for events, but get an empty batch
     */
    BatchReader(
            Vertx vertx,
            LogReader log,
            Budget readings,
            String id,
            EventMatcher matcher,
            Limits limits,
            long start,
            long end,
            Duration pass,
            BooleanSupplier hasOtherWork) {
        this.vertx = vertx;
        this.log = log;
        this.readings = readings;
        this.id = id;
        this.matcher = matcher;
        this.limits = limits;
        this.from = start;
        this.looked = start;
        this.end = end;
        this.pass = pass;
        this.hasOtherWork = hasOtherWork;
    }

    /** When the first event of the batch that is being collected was received; null if there is none. */
    @Nullable
    Instant oldest() {
        return events.isEmpty() ? null : events.get(0).receivedAt();
    }

    /** The log has grown, or there is another reason to look. */
    void wake() {
        if (waiting != null) {
            waiting.tryComplete();
        }
    }

    /** Lets {@link #next} complete soon, with what is there. */
    void cancel() {
        cancelled = true;
        wake();
    }

    /**
     * Completes when a batch is full or has lingered, or has passed events that the filter rejects. Must not be called
     * again before. Fails as the log does; then it may be called again.
     */
    Future<Portion> next() {
        Promise<Portion> next = Promise.promise();
        look(next);
        return next.future();
    }

    /** Calls itself later, without a chain of Futures: an idle destination waits for weeks. */
    private void look(Promise<Portion> next) {
        long now = System.nanoTime();
        if (isDue(now)) {
            next.complete(take());
        } else if (looked >= log.end()) {
            waitAtMost(events.isEmpty() ? pass : Duration.ofNanos(lingerEnds - now), next);
        } else {
            long early = readAt + BETWEEN_READS.toNanos() - now;
            if (early > 0) {
                later(Duration.ofNanos(early), next);
            } else {
                read().onComplete(found -> continueAfter(found, next), next::fail);
            }
        }
    }

    private boolean isDue(long now) {
        return cancelled
                || full
                || looked >= end
                || (events.isEmpty()
                        ? (looked > from && now - passed >= pass.toNanos()) || hasOtherWork.getAsBoolean()
                        : now >= lingerEnds);
    }

    private void continueAfter(int found, Promise<Portion> next) {
        if (found == 0) {
            later(NOT_YET, next);
            return;
        }
        if (looked >= log.end()) {
            readAt = System.nanoTime();
        }
        look(next);
    }

    private Portion take() {
        Portion portion = new Portion(new Batch(events, from, looked), bytes);
        events = new ArrayList<>();
        bytes = 0;
        from = looked;
        full = false;
        passed = System.nanoTime();
        return portion;
    }

    private Future<Integer> read() {
        int limit = (int) Math.min(slice, end - looked);
        return readings.take(id, 1)
                .compose(permit -> log.read(looked, limit).map(this::add).onComplete(done -> permit.release()));
    }

    /** Adds what fits, and passes what the filter rejects. Returns the number of events that were read. */
    private int add(List<StoredEvent> read) {
        long all = 0;
        for (StoredEvent event : read) {
            if (event.seq() >= end) {
                looked = end;
                break;
            }
            if (matcher.matches(event)) {
                long length = JsonLength.of(event);
                all += length;
                boolean fits =
                        events.isEmpty() || (events.size() < limits.events() && bytes + length <= limits.bytes());
                if (!fits) {
                    full = true;
                    break;
                }
                if (events.isEmpty()) {
                    lingerEnds = System.nanoTime() + limits.linger().toNanos();
                }
                events.add(event);
                bytes += length;
            }
            looked = event.seq() + 1;
        }
        full = full || events.size() >= limits.events() || bytes >= limits.bytes();
        // Twice as much as the last slice, or half of it: about as much as a batch takes.
        slice = all > limits.bytes() ? Math.max(1, slice / 2) : Math.min(MAX_SLICE, slice * 2);
        return read.size();
    }

    private void waitAtMost(Duration time, Promise<Portion> next) {
        Promise<Void> woken = Promise.promise();
        waiting = woken;
        long timer = vertx.setTimer(Math.max(1, time.toMillis()), late -> woken.tryComplete());
        woken.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            waiting = null;
            look(next);
        });
    }

    private void later(Duration time, Promise<Portion> next) {
        vertx.setTimer(Math.max(1, time.toMillis()), now -> look(next));
    }
}
