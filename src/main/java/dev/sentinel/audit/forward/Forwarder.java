package dev.sentinel.audit.forward;

import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.EventMatcher;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers to one destination, for as long as this server owns it. One step follows the other: read a batch, deliver
 * it, save the cursor. One event loop, except where noted.
 */
final class Forwarder implements ForwardMeters.Levels {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    /** A receiver that does not answer must not keep the server from stopping. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(4);

    /** For a delivery to say how far it came, after its destination was closed. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    /** Why a forwarder has ended. */
    enum End {
        /** It was asked to. */
        STOPPED,
        /** Another server owns the destination, or it was removed. */
        LOST,
        /** A replay is complete. */
        FINISHED
    }

    private final ForwardParts parts;
    private final StoredDestination row;
    private final Definition definition;
    private final Context context;
    private final SavedCursor cursor;
    private final Trouble trouble;
    private final StateReport report;
    private final ForwardMeters meters;
    private final OutageLog outage;
    private final Attempts attempts = new Attempts();
    private final Refusals refusals;
    private final Link link;
    private final CheckpointTurn checkpoints;
    private final Deque<Portion> pending = new ArrayDeque<>();
    private final Promise<End> ended = Promise.promise();
    private final String run = Opener.newRun();
    private final long saveTimer;
    private long leaseEnds;
    private @Nullable BatchReader reader;
    private @Nullable Promise<Void> pausing;
    private @Nullable EventMatcher matcher;
    private boolean checked;
    private @Nullable End end;

    // Volatile: metrics and requests read them.
    private volatile @Nullable Instant oldest;
    private volatile @Nullable Guarantee guarantee;

    /**
     * Begins to deliver, on the current context.
     *
     * @param row as its owner got it
     * @param definition of the row, or of the destination that it replays
     * @param leaseEnds by {@link System#nanoTime}
     */
    Forwarder(ForwardParts parts, StoredDestination row, Definition definition, long leaseEnds) {
        this.parts = parts;
        this.row = row;
        this.definition = definition;
        this.leaseEnds = leaseEnds;
        this.context = parts.vertx().getOrCreateContext();
        this.cursor = new SavedCursor(
                parts.store(), row.id(), row.fence(), row.next(), parts.timing().save());
        this.trouble = new Trouble(
                parts.timing(),
                row.state(),
                row.error(),
                () -> ThreadLocalRandom.current().nextDouble(),
                System::nanoTime);
        this.refusals = new Refusals(parts, row, definition.onRefused());
        this.link = new Link(row.id(), parts.timing().delivery());
        this.checkpoints =
                new CheckpointTurn(parts.checkpoints(), parts.timing().pass());
        this.report = new StateReport(parts, row);
        this.outage = OutageLog.warn(
                LOG,
                "destination not read or saved destination=" + row.id() + " reason=\"{}\" retry=1s",
                "destination read and saved again destination=" + row.id());
        this.meters = new ForwardMeters(parts.registry(), row.id(), this);
        this.saveTimer = parts.vertx().setPeriodic(parts.timing().save().toMillis(), now -> {
            if (cursor.isDue()) {
                save();
            }
        });
        context.runOnContext(now -> loop());
    }

    StoredDestination row() {
        return row;
    }

    /** Completes once, when nothing is under way any more. */
    Future<End> ended() {
        return ended.future();
    }

    /** Any thread. */
    Attempts attempts() {
        return attempts;
    }

    /** Any thread. */
    long acknowledged() {
        return cursor.acknowledged();
    }

    @Override
    public long lagEvents() {
        long goal = row.replay() == null ? parts.log().end() : row.replay().until();
        return Math.max(0, goal - cursor.acknowledged());
    }

    @Override
    public double lagSeconds() {
        return ForwardMeters.seconds(oldest, parts.clock());
    }

    @Override
    public DestinationState state() {
        return report.state();
    }

    /** The error that the last attempt ended with; null if it succeeded. Any thread. */
    @Nullable
    String error() {
        return report.error();
    }

    /** What a delivery means; null until the destination has been opened. Any thread. */
    @Nullable
    Guarantee guarantee() {
        return guarantee;
    }

    /** The lease was renewed. */
    void renewed(long until) {
        leaseEnds = until;
    }

    /** The log has grown. */
    void wake() {
        if (reader != null) {
            reader.wake();
        }
    }

    /** Ends after the delivery that is under way, and saves the cursor. */
    Future<End> stop() {
        return finish(End.STOPPED);
    }

    private Future<End> finish(End why) {
        if (end == null) {
            end = why;
            if (reader != null) {
                reader.cancel();
            }
            if (pausing != null) {
                pausing.tryComplete();
            }
            parts.vertx().setTimer(STOP_TIMEOUT.toMillis(), late -> {
                link.close();
                parts.vertx().setTimer(CLOSE_TIMEOUT.toMillis(), tooLate -> close());
            });
        }
        return ended.future();
    }

    private void loop() {
        if (end != null) {
            save().onComplete(done -> close());
            return;
        }
        Future<Void> step;
        try {
            step = step();
        } catch (RuntimeException e) {
            step = Future.failedFuture(e);
        }
        step.onComplete(this::log).onComplete(done -> {
            Future<Void> before = done.succeeded()
                    ? Future.succeededFuture()
                    : pause(parts.timing().tick());
            // As a new task: steps that complete at once must not nest.
            before.onComplete(ready -> context.runOnContext(now -> loop()));
        });
    }

    private void log(AsyncResult<Void> step) {
        if (step.succeeded()) {
            outage.succeeded();
        } else {
            outage.failed(step.cause().getMessage());
        }
    }

    /** One step. Fails if the log or the store does; a failed delivery is a step like any other. */
    private Future<Void> step() {
        if (System.nanoTime() - leaseEnds >= 0) {
            // Another server may own the destination. Its renewal says whether it does.
            return look().compose(done -> pause(parts.timing().tick()));
        }
        if (!checked) {
            return checkCursor();
        }
        Destination destination = link.destination();
        if (destination == null) {
            return open();
        }
        if (!link.isInOrder()) {
            return resume(destination);
        }
        if (cursor.isDue()) {
            return save();
        }
        SignedCheckpoint due = dueCheckpoint();
        if (due != null) {
            return checkpoint(destination, due);
        }
        Portion head = pending.peek();
        return head == null ? read() : deliver(destination, head);
    }

    private @Nullable SignedCheckpoint dueCheckpoint() {
        Destination to = link.destination();
        return to != null && to.takesCheckpoints() && row.replay() == null
                ? checkpoints.due(cursor.acknowledged())
                : null;
    }

    private Future<Void> checkpoint(Destination to, SignedCheckpoint checkpoint) {
        return link.call(to, open -> open.checkpoint(checkpoint)).transform(done -> {
            if (done.failed()) {
                return broken(done.cause());
            }
            checkpoints.given();
            trouble.end();
            return report.update(trouble);
        });
    }

    /** A log that was restored may lack what was delivered, and have other events at these positions later. */
    private Future<Void> checkCursor() {
        if (row.next() < 0) {
            return begin();
        }
        return new CursorCheck(parts).isInLog(row.next()).compose(isThere -> {
            checked = true;
            if (isThere) {
                return Future.succeededFuture();
            }
            finish(End.STOPPED);
            return report.reset(parts.log().end());
        });
    }

    /** Finds out where a destination begins that was made without the log. */
    private Future<Void> begin() {
        StartPoint start = StartPoint.parse(definition.start());
        Future<Long> found = cursor.acknowledged() >= 0
                // Found before, but not saved.
                ? Future.succeededFuture(cursor.acknowledged())
                : (start == null ? new StartPoint.Now() : start).in(parts.log());
        return found.compose(next -> {
                    cursor.acknowledge(next);
                    return save();
                })
                // Only then: after a crash, "now" would be later, and what came between would be left out.
                .onSuccess(saved -> checked = true);
    }

    private Future<Void> open() {
        try {
            // Before anything is opened that would have to be closed.
            matcher = Filters.matcher(definition.filters(), definition.agentPrefix());
        } catch (ProblemException e) {
            return fail(trouble.stop("has filters that this version of Sentinel does not know"));
        }
        return parts.opener()
                .open(row.replay() == null ? row.id() : row.replay().of(), definition, run)
                .map(opened -> {
                    link.opened(opened);
                    guarantee = opened.guarantee();
                    return (Void) null;
                })
                .recover(cause -> fail(trouble.stop(
                        cause instanceof IllegalArgumentException
                                ? "cannot be opened: " + cause.getMessage()
                                : "cannot be opened: " + cause.getClass().getSimpleName())));
    }

    private Future<Void> resume(Destination opened) {
        Future<@Nullable LastDelivered> asked =
                row.replay() == null ? link.call(opened, Destination::resume) : Future.succeededFuture();
        return asked.transform(answer -> answer.failed() ? broken(answer.cause()) : resume(opened, answer.result()));
    }

    private Future<Void> resume(Destination opened, @Nullable LastDelivered last) {
        Future<Boolean> isBehind = last == null || last.seq() < cursor.acknowledged()
                ? Future.succeededFuture(false)
                : new CursorCheck(parts).isInLog(last);
        return isBehind.map(behind -> {
            if (behind) {
                // Also if an administrator said where to go on: the receiver has what is before.
                LOG.info(
                        "destination goes on where its receiver says destination={} cursor={} next={}",
                        row.id(),
                        cursor.acknowledged(),
                        last.seq() + 1);
                pending.clear();
                oldest = null;
                reader = null;
                cursor.acknowledge(last.seq() + 1);
            }
            if (reader == null) {
                reader = reader(matcher, opened.limits());
            }
            link.ordered();
            return null;
        });
    }

    /** Of a destination that nothing is read for, the first event that it lacks tells how far it is behind. */
    private Future<Void> look() {
        return oldest != null
                ? Future.succeededFuture()
                : parts.log().read(Math.max(0, cursor.acknowledged()), 1).map(found -> {
                    oldest = found.isEmpty() ? null : found.get(0).receivedAt();
                    return null;
                });
    }

    private BatchReader reader(EventMatcher matcher, Limits limits) {
        long until = row.replay() == null ? Long.MAX_VALUE : row.replay().until();
        return new BatchReader(
                parts.vertx(),
                parts.log(),
                parts.readings(),
                row.id(),
                matcher,
                limits,
                cursor.acknowledged(),
                until,
                parts.timing().pass(),
                () -> dueCheckpoint() != null);
    }

    private Future<Void> read() {
        if (row.replay() != null && cursor.acknowledged() >= row.replay().until()) {
            finish(End.FINISHED);
            return Future.succeededFuture();
        }
        return reader.next().compose(portion -> {
            if (portion.batch().events().isEmpty()) {
                return pass(portion.batch());
            }
            pending.add(portion);
            oldest = portion.batch().events().get(0).receivedAt();
            return Future.succeededFuture();
        });
    }

    private Future<Void> pass(Batch batch) {
        meters.passed(0, batch.next() - batch.from());
        cursor.acknowledge(batch.next());
        oldest = null;
        return save();
    }

    private Future<Void> deliver(Destination to, Portion portion) {
        long began = System.nanoTime();
        return link.call(to, open -> open.deliver(portion.batch()).map(Objects::requireNonNull))
                .transform(result -> {
                    Duration took = Duration.ofNanos(System.nanoTime() - began);
                    if (result.failed()) {
                        return failed(portion, result.cause(), took);
                    }
                    if (result.result() instanceof Delivery.Refused refused) {
                        return refused(portion, refused, took);
                    }
                    return result.result() instanceof Delivery.Part part
                            ? partly(portion, part, took)
                            : delivered(portion, ((Delivery.Done) result.result()).status(), took);
                });
    }

    /** What is left comes first in the next step. */
    private Future<Void> partly(Portion portion, Delivery.Part part, Duration took) {
        if (part.events() < 1 || part.events() >= portion.batch().events().size()) {
            Throwable cause = new IllegalStateException("took a part of " + part.events() + " events");
            link.failed(cause);
            return failed(portion, cause, took);
        }
        List<Portion> parted = portion.cut(part.events());
        pending.remove();
        pending.addFirst(parted.get(1));
        pending.addFirst(parted.get(0));
        return delivered(parted.get(0), part.status(), took);
    }

    private Future<Void> delivered(Portion portion, String status, Duration took) {
        attempted(portion, Attempt.Outcome.OK, status, took);
        acknowledge(portion, portion.batch().events().size());
        refusals.accepted();
        trouble.end();
        return report.update(trouble);
    }

    private void acknowledge(Portion portion, int events) {
        Batch batch = portion.batch();
        pending.remove();
        meters.passed(events, batch.next() - batch.from());
        cursor.acknowledge(batch.next());
        Portion next = pending.peek();
        oldest = next == null ? null : next.batch().events().get(0).receivedAt();
    }

    private Future<Void> refused(Portion portion, Delivery.Refused refused, Duration took) {
        attempted(portion, Attempt.Outcome.REFUSED, refused.reason(), took);
        if (!portion.isOneEvent()) {
            pending.remove();
            List<Portion> parted = portion.divided(refused.index());
            for (int i = parted.size() - 1; i >= 0; i--) {
                pending.addFirst(parted.get(i));
            }
            return Future.succeededFuture();
        }
        long seq = portion.batch().events().get(0).seq();
        return refusals.judge(seq, refused.reason(), cursor.acknowledged()).compose(verdict -> {
            if (verdict instanceof Refusals.Verdict.Stop stop) {
                return fail(trouble.stop(stop.why()));
            }
            if (verdict instanceof Refusals.Verdict.Lost) {
                finish(End.LOST);
                return Future.succeededFuture();
            }
            meters.skipped();
            acknowledge(portion, 0);
            return Future.succeededFuture();
        });
    }

    private Future<Void> failed(Portion portion, Throwable cause, Duration took) {
        Future<Void> after = broken(cause);
        if (end == null) {
            boolean denied = cause instanceof DeliveryException known && known.kind() == DeliveryException.Kind.DENIED;
            attempted(
                    portion,
                    denied ? Attempt.Outcome.DENIED : Attempt.Outcome.TRANSIENT,
                    String.valueOf(trouble.error()),
                    took);
        }
        return after;
    }

    /** A call of the destination failed. Whatever it was, the other side is asked how far it is before the next. */
    private Future<Void> broken(Throwable cause) {
        return end == null
                ? fail(trouble.failed(cause))
                // Ended by this server. The next owner sees whether the other side is in order.
                : Future.succeededFuture();
    }

    private Future<Void> fail(Duration pause) {
        return report.update(trouble).compose(done -> look()).compose(done -> pause(pause));
    }

    private void attempted(Portion portion, Attempt.Outcome outcome, String status, Duration took) {
        Batch batch = portion.batch();
        meters.attempted(outcome, took);
        attempts.add(new Attempt(
                parts.clock().instant(),
                batch.from(),
                batch.next(),
                batch.events().size(),
                portion.bytes(),
                outcome,
                status,
                took));
    }

    private Future<Void> save() {
        return cursor.save().map(owned -> {
            if (!owned) {
                finish(End.LOST);
            }
            return null;
        });
    }

    /** Waits, but not when the forwarder ends. */
    private Future<Void> pause(Duration time) {
        if (end != null) {
            return Future.succeededFuture();
        }
        Promise<Void> over = Promise.promise();
        pausing = over;
        long timer = parts.vertx().setTimer(Math.max(1, time.toMillis()), now -> over.tryComplete());
        return over.future().onComplete(done -> {
            parts.vertx().cancelTimer(timer);
            pausing = null;
        });
    }

    private void close() {
        // Also one that was being opened when this ended.
        link.close();
        if (ended.future().isComplete()) {
            return;
        }
        parts.vertx().cancelTimer(saveTimer);
        meters.close();
        ended.complete(end);
    }
}
