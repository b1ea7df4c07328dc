package dev.sentinel.audit.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Sends requests over several connections and measures response times. Everything runs on one event loop.
 *
 * <p>Closed loop: each connection sends the next request after the answer. Open loop: requests are due at a constant
 * rate, independent of the server. Their response time is measured from the due time, including the wait for a
 * connection (Gil Tene: coordinated omission).
 */
final class Load {
    private static final Duration DRAIN = Duration.ofSeconds(30);

    /**
     * The measurements after the warm-up.
     *
     * @param nanos response times of answers with a status below 400
     * @param refusedNanos response times of answers with 503
     * @param failed other statuses, broken connections and unanswered requests
     */
    record Result(Histogram nanos, Histogram refusedNanos, long failed, Duration time) {
        double perSecond() {
            return nanos.getTotalCount() / (time.toNanos() / 1e9);
        }

        double millis(double percentile) {
            return nanos.getValueAtPercentile(percentile) / 1e6;
        }
    }

    /** A connection that is idle or has a request with a due time. */
    private static final class Slot {
        private HttpConnection connection;
        private long due;
    }

    private final Context context;
    private final NetClient client;
    private final int port;
    private final Supplier<Buffer> requests;
    private final Histogram nanos = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    private final Histogram refusedNanos = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    private final ArrayDeque<Slot> idle = new ArrayDeque<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private long failed;
    private long measureFrom;
    private long measureTo;
    private boolean closedLoop;
    private int busy;

    private Load(Vertx vertx, int port, Supplier<Buffer> requests) {
        this.context = vertx.getOrCreateContext();
        this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        this.port = port;
        this.requests = requests;
    }

    static Result closed(
            Vertx vertx, int port, int connections, Duration warmUp, Duration time, Supplier<Buffer> requests)
            throws TimeoutException {
        return new Load(vertx, port, requests).run(connections, 0, warmUp, time);
    }

    /** @param perSecond requests that are due each second */
    static Result open(
            Vertx vertx,
            int port,
            int connections,
            double perSecond,
            Duration warmUp,
            Duration time,
            Supplier<Buffer> requests)
            throws TimeoutException {
        return new Load(vertx, port, requests).run(connections, perSecond, warmUp, time);
    }

    private Result run(int connections, double perSecond, Duration warmUp, Duration time) throws TimeoutException {
        Promise<Void> done = Promise.promise();
        context.runOnContext(now -> connect(connections).onFailure(done::fail).onSuccess(connected -> {
            long start = System.nanoTime();
            measureFrom = start + warmUp.toNanos();
            measureTo = measureFrom + time.toNanos();
            closedLoop = perSecond == 0;
            if (closedLoop) {
                List.copyOf(idle).forEach(slot -> send(idle.remove(), System.nanoTime()));
                context.owner().setTimer(warmUp.plus(time).toMillis(), end -> finish(done, 0));
            } else {
                pace(start, 1e9 / perSecond, 0, done);
            }
        }));
        long timeout = warmUp.plus(time).plus(DRAIN).plus(DRAIN).toSeconds();
        done.future().await(timeout, TimeUnit.SECONDS);
        return new Result(nanos, refusedNanos, failed, time);
    }

    private Future<?> connect(int connections) {
        List<Future<?>> connecting = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            connecting.add(client.connect(port, "127.0.0.1").onSuccess(this::connected));
        }
        return Future.all(connecting);
    }

    private void connected(NetSocket socket) {
        Slot slot = new Slot();
        slot.connection = new HttpConnection(socket, status -> answered(slot, status));
        idle.add(slot);
    }

    private void pace(long start, double gap, long sent, Promise<Void> done) {
        long now = System.nanoTime();
        long next = sent;
        for (long due = start + (long) (next * gap); due <= now && due < measureTo; due = start + (long) (next * gap)) {
            next++;
            if (idle.isEmpty()) {
                waiting.add(due);
            } else {
                send(idle.remove(), due);
            }
        }
        if (now >= measureTo) {
            finish(done, 0);
            return;
        }
        long position = next;
        context.owner().setTimer(1, later -> pace(start, gap, position, done));
    }

    private void send(Slot slot, long due) {
        slot.due = due;
        busy++;
        slot.connection.send(requests.get());
    }

    private void answered(Slot slot, int status) {
        if (slot.due == 0) {
            return;
        }
        busy--;
        long now = System.nanoTime();
        record(slot.due, now, status);
        slot.due = 0;
        if (status == 0) {
            return;
        }
        if (closedLoop && now < measureTo) {
            send(slot, now);
        } else if (!waiting.isEmpty()) {
            send(slot, waiting.remove());
        } else {
            idle.add(slot);
        }
    }

    private void record(long due, long now, int status) {
        boolean measured = closedLoop ? now >= measureFrom && now < measureTo : due >= measureFrom;
        if (!measured) {
            return;
        }
        if (status >= 200 && status < 400) {
            nanos.recordValue(Math.min(now - due, nanos.getHighestTrackableValue()));
        } else if (status == 503) {
            refusedNanos.recordValue(Math.min(now - due, nanos.getHighestTrackableValue()));
        } else {
            failed++;
        }
    }

    /** Waits for requests in flight, for a bounded time. */
    private void finish(Promise<Void> done, int waitedMs) {
        if (busy + waiting.size() == 0 || waitedMs > DRAIN.toMillis()) {
            failed += busy + waiting.size();
            idle.clear();
            client.close().onComplete(closed -> done.complete());
        } else {
            context.owner().setTimer(10, later -> finish(done, waitedMs + 10));
        }
    }
}
