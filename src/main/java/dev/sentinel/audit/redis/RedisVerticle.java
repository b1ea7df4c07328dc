package dev.sentinel.audit.redis;

import dev.sentinel.audit.config.RedisConfig;
import dev.sentinel.audit.failure.Unavailable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends commands over one pipelined connection, and connects again whenever it is gone. Deployed once, on an event
 * loop. A server that does not answer costs one command the timeout; then commands fail at once until it answers again.
 */
public final class RedisVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RedisVerticle.class);

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 5_000;
    private static final long PROBE_MS = 250;

    /** After so much time without an answer, the other end of the connection may be gone. */
    private static final long GIVE_UP_PROBES = 20;

    /** Commands that wait for an answer; far more than clients can have in flight. */
    private static final int MAX_PIPELINED = 100_000;

    /**
     * A connection.
     *
     * @param client owns it
     */
    private record Link(Redis client, RedisConnection connection) {}

    private final RedisConfig config;
    private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);

    private volatile @Nullable Link link;
    private boolean stopping;

    private enum State {
        CONNECTING,
        /** Answers. */
        UP,
        /** Connected, but an answer did not come in time. */
        SILENT
    }

    public RedisVerticle(RedisConfig config, MeterRegistry registry) {
        this.config = config;
        Gauge.builder("sentinel_redis_up", this, self -> self.isUp() ? 1 : 0)
                .description("1 if the server that REDIS_URL names answers")
                .register(registry);
    }

    /** Completes at once: a server must start without Redis. */
    @Override
    public Future<?> start() {
        connect(FIRST_PAUSE_MS);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        Link last = link;
        link = null;
        return last == null ? Future.succeededFuture() : last.client.close();
    }

    /** Whether commands are sent at the moment. Any thread. */
    public boolean isUp() {
        return state.get() == State.UP;
    }

    /**
     * Sends a command. Any thread.
     *
     * @return the answer, null for nil, on the caller's Vert.x context. Fails if there is no connection, if it breaks,
     *     if there is no answer in time, or if Redis refuses the command; except for the last, it MAY be run
     *     nevertheless
     */
    public Future<@Nullable Response> send(Request request) {
        Link now = link;
        if (now == null || state.get() != State.UP) {
            return Future.failedFuture(new Unavailable("Redis does not answer", null));
        }
        Future<@Nullable Response> answer = now.connection.send(request);
        // A late answer shows that the server is back.
        answer.onSuccess(late -> answered());
        return answer.timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .recover(
                        cause -> cause instanceof TimeoutException ? timedOut(now, cause) : Future.failedFuture(cause));
    }

    private void answered() {
        if (state.compareAndSet(State.SILENT, State.UP)) {
            LOG.info("redis answers again redis={}", config);
        }
    }

    private Future<@Nullable Response> timedOut(Link silent, Throwable cause) {
        // A timeout of an earlier connection says nothing of this one.
        if (silent.equals(link) && state.compareAndSet(State.UP, State.SILENT)) {
            LOG.warn("redis does not answer redis={} timeout={}", config, config.timeout());
            context.runOnContext(now -> probe(silent, 0));
        }
        return Future.failedFuture(new Unavailable("Redis did not answer in time", cause));
    }

    private void probe(Link silent, int probes) {
        if (!silent.equals(link) || state.get() != State.SILENT) {
            return;
        }
        if (probes == GIVE_UP_PROBES) {
            lost(silent);
            return;
        }
        if (probes == 0) {
            silent.connection.send(Request.cmd(Command.PING)).onSuccess(pong -> answered());
        }
        vertx.setTimer(PROBE_MS, due -> probe(silent, probes + 1));
    }

    private void connect(long pauseMs) {
        if (stopping) {
            return;
        }
        state.set(State.CONNECTING);
        // Each time another client: what one of them has begun may hang.
        Redis client = Redis.createClient(vertx, options());
        client.connect()
                .timeout(CONNECT.toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(connection -> connected(new Link(client, connection)))
                .onFailure(cause -> {
                    client.close();
                    if (pauseMs == FIRST_PAUSE_MS) {
                        LOG.warn("redis unreachable redis={} reason=\"{}\"", config, cause.getMessage());
                    }
                    vertx.setTimer(pauseMs, due -> connect(Math.min(2 * pauseMs, LONGEST_PAUSE_MS)));
                });
    }

    private void connected(Link made) {
        if (stopping) {
            made.client.close();
            return;
        }
        // A connection that fails does not end as well.
        made.connection.endHandler(end -> lost(made)).exceptionHandler(cause -> lost(made));
        link = made;
        state.set(State.UP);
        LOG.info("redis connected redis={}", config);
    }

    private void lost(Link gone) {
        if (gone.equals(link)) {
            link = null;
            gone.client.close();
            LOG.warn("redis connection lost redis={}", config);
            connect(FIRST_PAUSE_MS);
        }
    }

    private RedisOptions options() {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout((int) CONNECT.toMillis())
                .setTcpKeepAlive(true)
                .setHostnameVerificationAlgorithm("HTTPS");
        RedisOptions options = new RedisOptions()
                .setConnectionString(config.toString())
                .setNetClientOptions(net)
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setMaxWaitingHandlers(MAX_PIPELINED);
        if (config.password() != null) {
            options.setPassword(config.password());
        }
        return config.user().isEmpty() ? options : options.setUser(config.user());
    }
}
