package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.failure.OutageLog;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the order of events, and assigns it if no other server does. It keeps one connection, on which it listens for
 * the leader's notifications. The holder of the advisory lock is the leader. So a leader that is gone or hangs is
 * replaced as soon as PostgreSQL notices, and a leader that lost its connection cannot move the watermark.
 *
 * <p>Deploy once, on an event loop. Fails to start if the first connection fails; later it reconnects without limit.
 */
final class SequencerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SequencerVerticle.class);

    /** Pause between two steps while events arrive: fifty events or thousands cost the database about the same. */
    private static final Duration BUSY_PAUSE = Duration.ofMillis(20);

    /** Longest pause without events: how late an event of another server may be noticed. */
    private static final Duration IDLE_PAUSE = Duration.ofMillis(200);

    /** Pause between two attempts of a follower to become leader. */
    private static final Duration FOLLOWER_PAUSE = Duration.ofSeconds(1);

    /** Longest pause of all. Shorter than {@link Sessions#hangTimeout}, after which the database ends the session. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private static final Duration RECONNECT_PAUSE = Duration.ofSeconds(1);

    private static final String TRY_LEAD = "SELECT pg_try_advisory_lock(" + Schema.LOCK_KEY + ")";
    private static final String CHANNEL = "SELECT 'sentinel' || " + Schema.LOCK_KEY;

    /**
     * Makes PostgreSQL 14 or newer end an idle session, and with it the leadership: a server that is suspended or
     * swapped out keeps its connection. Version 13 lacks the setting; the leadership then ends with the connection.
     */
    private static final String END_IF_SILENT = "SELECT set_config('idle_session_timeout', $1, false)"
            + " WHERE current_setting('server_version_num')::int >= 140000";

    /** A connection, its pool and the channel it listens on. */
    private record Link(Pool pool, SqlConnection connection, String channel) {}

    private final Sessions sessions;
    private final Progress progress;
    private final SequencedLeaves leaves;
    private final Clock clock;
    private final OutageLog outage =
            OutageLog.error(LOG, "database unavailable effect=\"not ready\" cause=\"{}\"", "database available again");
    private @Nullable Link link;
    private @Nullable Sequence sequence;
    private Future<?> cycle = Future.succeededFuture();

    /** The first id of a Vert.x is 0. */
    private long timer = -1;

    private Duration pause = BUSY_PAUSE;
    private boolean stopping;
    private boolean hung;

    // Volatile: read on other threads.
    private volatile boolean connected;
    private volatile Runnable afterHang = () -> {};
    private volatile boolean idle;

    SequencerVerticle(Sessions sessions, Progress progress, SequencedLeaves leaves, Clock clock) {
        this.sessions = sessions;
        this.progress = progress;
        this.leaves = leaves;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        return connect().onSuccess(done -> runCycle());
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        return cycle.eventually(() -> {
            disconnect();
            return Future.succeededFuture();
        });
    }

    /**
     * Sets an action that runs when the database answers over a new connection, after an open connection timed out:
     * other connections of that time hang as well. Any thread.
     */
    void onHang(Runnable action) {
        afterHang = action;
    }

    /** Whether the connection works. Any thread. */
    boolean connected() {
        return connected;
    }

    /** Called after this server has appended events: an idle leader then steps immediately. Any thread. */
    void appended() {
        if (idle) {
            idle = false;
            context.runOnContext(now -> {
                if (vertx.cancelTimer(timer)) {
                    runCycle();
                }
            });
        }
    }

    private Future<Void> connect() {
        Pool pool = sessions.deriving();
        return inTime(pool.getConnection().compose(connection -> listen(pool, connection)))
                .onFailure(cause -> pool.close())
                .map(linked -> {
                    link = linked;
                    connected = true;
                    pause = BUSY_PAUSE;
                    return null;
                });
    }

    private <T> Future<T> inTime(Future<T> answer) {
        return answer.timeout(sessions.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<Link> listen(Pool pool, SqlConnection connection) {
        PgConnection.cast(connection)
                .notificationHandler(moved -> progress.sequenced(Sequence.parseWatermark(moved.getPayload())))
                .closeHandler(closed -> {
                    if (link != null && link.connection == connection) {
                        lost(new IllegalStateException("the connection was closed"));
                    }
                });
        return connection
                .preparedQuery(CHANNEL)
                .execute(Tuple.of("watermark"))
                .map(rows -> rows.iterator().next().getString(0))
                .compose(channel -> connection
                        .preparedQuery(END_IF_SILENT)
                        .execute(Tuple.of(Long.toString(sessions.hangTimeout().toMillis())))
                        .compose(limited ->
                                connection.query("LISTEN \"" + channel + "\"").execute())
                        // After LISTEN, so that no move is missed in between.
                        .compose(listening -> Sequence.watermark(connection))
                        .map(watermark -> {
                            progress.beginsAt(watermark);
                            return new Link(pool, connection, channel);
                        }));
    }

    /** Also releases the lock, which belongs to the session. Not awaited: the peer may be gone. */
    private void disconnect() {
        Link linked = link;
        link = null;
        sequence = null;
        connected = false;
        idle = false;
        leaves.end();
        if (linked != null) {
            linked.pool.close();
        }
    }

    private void runCycle() {
        if (stopping) {
            return;
        }
        cycle = (link == null ? connect() : inTime(work(link)))
                .onSuccess(done -> works())
                .onFailure(this::lost)
                .onComplete(done -> scheduleCycle(link == null ? RECONNECT_PAUSE : pause));
    }

    private void scheduleCycle(Duration delay) {
        if (stopping) {
            return;
        }
        if (delay.isZero()) {
            context.runOnContext(now -> runCycle());
        } else {
            timer = vertx.setTimer(delay.toMillis(), now -> runCycle());
        }
    }

    private Future<Void> work(Link linked) {
        Sequence leading = sequence;
        return leading == null ? follow(linked) : lead(leading);
    }

    private Future<Void> follow(Link linked) {
        pause = FOLLOWER_PAUSE;
        return linked.connection
                .preparedQuery(TRY_LEAD)
                .execute(Tuple.of("sequencer"))
                .compose(rows -> rows.iterator().next().getBoolean(0)
                        ? Sequence.of(linked.connection, linked.channel, leaves::sequenced, clock)
                                .map(started -> elected(linked, started))
                        // Notifications may have been lost with the leader's connection.
                        : Sequence.watermark(linked.connection).map(watermark -> {
                            progress.sequenced(watermark);
                            return null;
                        }));
    }

    private @Nullable Void elected(Link linked, Sequence started) {
        // The answer may arrive after this verticle has dropped the connection.
        if (!linked.equals(link)) {
            return null;
        }
        LOG.info("became sequencing leader next_seq={}", started.watermark().nextSeq());
        leaves.begin();
        sequence = started;
        pause = Duration.ZERO;
        return null;
    }

    private Future<Void> lead(Sequence leading) {
        long began = System.nanoTime();
        return leading.step().map(result -> {
            progress.sequenced(leading.watermark());
            idle = result == Sequence.Result.IDLE;
            pause = switch (result) {
                case MORE -> Duration.ZERO;
                case MOVED -> afterStepOf(Duration.ofNanos(System.nanoTime() - began));
                // A transaction may stay open for hours, and each check of the events behind it costs milliseconds.
                case WAITING, IDLE -> longer(pause);
            };
            return null;
        });
    }

    /** Under load, steps take a fifth of the session's time, if they are not slow: larger steps cost less per event. */
    private static Duration afterStepOf(Duration took) {
        Duration share = took.multipliedBy(4);
        if (share.compareTo(BUSY_PAUSE) < 0) {
            return BUSY_PAUSE;
        }
        return share.compareTo(MAX_PAUSE) < 0 ? share : MAX_PAUSE;
    }

    private static Duration longer(Duration before) {
        Duration twice = before.isZero() ? BUSY_PAUSE : before.multipliedBy(2);
        return twice.compareTo(IDLE_PAUSE) < 0 ? twice : IDLE_PAUSE;
    }

    private void works() {
        if (hung) {
            hung = false;
            afterHang.run();
        }
        outage.succeeded();
    }

    /** Logs one line when the connection breaks; {@link #works} logs one when it works again. */
    private void lost(Throwable cause) {
        disconnect();
        hung |= cause instanceof TimeoutException;
        if (!stopping) {
            outage.failed(Failures.reason(cause));
        }
    }
}
