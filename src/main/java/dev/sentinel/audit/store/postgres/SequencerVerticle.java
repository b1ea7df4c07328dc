package dev.sentinel.audit.store.postgres;

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
 * Follows the order of events, and makes it if no other server does. Keeps one connection, on which it listens for what
 * the leader tells; whoever holds the advisory lock leads, so a leader that is gone or hangs is followed by another one
 * as soon as PostgreSQL has noticed, and a leader that has lost its connection can move nothing.
 *
 * <p>To be deployed once, on an event loop. Fails to start if the first connection cannot be made; later ones are made
 * again for ever.
 */
final class SequencerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SequencerVerticle.class);

    /** Between two steps while events come: fifty events or thousands cost the database about the same. */
    private static final Duration BUSY_PAUSE = Duration.ofMillis(20);

    /** How late an event of another server may be noticed after a time without any. */
    private static final Duration IDLE_PAUSE = Duration.ofMillis(200);

    /** Between two looks of a follower at whether there is a leader. */
    private static final Duration FOLLOWER_PAUSE = Duration.ofSeconds(1);

    private static final Duration RECONNECT_PAUSE = Duration.ofSeconds(1);

    private static final String TRY_LEAD = "SELECT pg_try_advisory_lock(" + Schema.LOCK_KEY + ")";
    private static final String CHANNEL = "SELECT 'sentinel' || " + Schema.LOCK_KEY;

    /**
     * Lets PostgreSQL 14 or newer end this session, and with it the lead, if nothing is asked for so long: a server
     * that is stopped or swapped out keeps its connection. Version 13 does not know the setting, and then its lead ends
     * with it.
     */
    private static final String END_IF_SILENT = "SELECT set_config('idle_session_timeout', $1, false)"
            + " WHERE current_setting('server_version_num')::int >= 140000";

    /** A connection and what it is good for. */
    private record Link(Pool pool, SqlConnection connection, String channel) {}

    private final Sessions sessions;
    private final Progress progress;
    private final Clock clock;
    private @Nullable Link link;
    private @Nullable Sequence sequence;
    private Future<?> turn = Future.succeededFuture();
    private long timer;
    private Duration pause = BUSY_PAUSE;
    private boolean stopping;
    private boolean failing;
    private boolean hung;

    // Volatile: asked on other threads.
    private volatile boolean connected;
    private volatile Runnable afterHang = () -> {};
    private volatile boolean idle;

    SequencerVerticle(Sessions sessions, Progress progress, Clock clock) {
        this.sessions = sessions;
        this.progress = progress;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        return connect().onSuccess(done -> turn());
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        return turn.eventually(() -> {
            disconnect();
            return Future.succeededFuture();
        });
    }

    /**
     * Is run when the database answers again, over a new connection, after it has not answered on one that stayed open:
     * others of that time will hang as well. Any thread.
     */
    void onHang(Runnable action) {
        afterHang = action;
    }

    /** Whether the database has answered lately. Any thread. */
    boolean connected() {
        return connected;
    }

    /** This server has appended events: a leader with nothing to do need not wait before it looks. Any thread. */
    void appended() {
        if (idle) {
            idle = false;
            context.runOnContext(now -> {
                if (vertx.cancelTimer(timer)) {
                    turn();
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
                    return null;
                });
    }

    private <T> Future<T> inTime(Future<T> answer) {
        return answer.timeout(sessions.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<Link> listen(Pool pool, SqlConnection connection) {
        PgConnection.cast(connection)
                .notificationHandler(told -> progress.sequenced(Sequence.told(told.getPayload())))
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
                        .execute(Tuple.of(Long.toString(sessions.hangs().toMillis())))
                        .compose(limited ->
                                connection.query("LISTEN \"" + channel + "\"").execute())
                        // After that, so that nothing is missed between both.
                        .compose(listening -> Sequence.watermark(connection))
                        .map(watermark -> {
                            progress.beginsAt(watermark);
                            return new Link(pool, connection, channel);
                        }));
    }

    /** Lets go of the lock too: it is the session's. Not awaited: the other end may be gone. */
    private void disconnect() {
        Link linked = link;
        link = null;
        sequence = null;
        connected = false;
        idle = false;
        if (linked != null) {
            linked.pool.close();
        }
    }

    private void turn() {
        if (stopping) {
            return;
        }
        turn = (link == null ? connect() : inTime(work(link)))
                .onSuccess(done -> works())
                .onFailure(this::lost)
                .onComplete(done -> turnAfter(link == null ? RECONNECT_PAUSE : pause));
    }

    private void turnAfter(Duration delay) {
        if (stopping) {
            return;
        }
        if (delay.isZero()) {
            context.runOnContext(now -> turn());
        } else {
            timer = vertx.setTimer(delay.toMillis(), now -> turn());
        }
    }

    private Future<Void> work(Link linked) {
        Sequence leadersPart = sequence;
        return leadersPart == null ? follow(linked) : lead(leadersPart);
    }

    private Future<Void> follow(Link linked) {
        pause = FOLLOWER_PAUSE;
        return linked.connection
                .preparedQuery(TRY_LEAD)
                .execute(Tuple.of("sequencer"))
                .compose(rows -> rows.iterator().next().getBoolean(0)
                        ? Sequence.of(linked.connection, linked.channel, clock).map(first -> elected(linked, first))
                        // What was told may have got lost with the connection of the leader.
                        : Sequence.watermark(linked.connection).map(watermark -> {
                            progress.sequenced(watermark);
                            return null;
                        }));
    }

    private @Nullable Void elected(Link linked, Sequence first) {
        // An answer may come after this verticle has given the connection up.
        if (!linked.equals(link)) {
            return null;
        }
        LOG.info("makes the order of events next_seq={}", first.watermark().nextSeq());
        sequence = first;
        pause = Duration.ZERO;
        return null;
    }

    private Future<Void> lead(Sequence leadersPart) {
        long began = System.nanoTime();
        return leadersPart.step().map(result -> {
            progress.sequenced(leadersPart.watermark());
            idle = result == Sequence.Result.IDLE;
            pause = switch (result) {
                case MORE -> Duration.ZERO;
                case MOVED -> afterStepOf(Duration.ofNanos(System.nanoTime() - began));
                // Somebody may keep a transaction open for hours; each look at what waits behind it costs milliseconds.
                case WAITING, IDLE -> longer(pause);
            };
            return null;
        });
    }

    /** Under load, steps take a fifth of one session at most: larger ones cost less for each event. */
    private static Duration afterStepOf(Duration took) {
        Duration share = took.multipliedBy(4);
        return share.compareTo(BUSY_PAUSE) < 0 ? BUSY_PAUSE : share;
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
        if (failing) {
            LOG.info("the database answers again");
            failing = false;
        }
    }

    /** One line when it breaks and one when it works again. */
    private void lost(Throwable cause) {
        disconnect();
        hung |= cause instanceof TimeoutException;
        if (!failing && !stopping) {
            LOG.error("the database does not answer consequence=not-ready cause=\"{}\"", Failures.reason(cause));
            failing = true;
        }
    }
}
