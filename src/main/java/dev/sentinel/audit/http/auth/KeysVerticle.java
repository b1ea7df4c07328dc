package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyChange;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.RecordAct;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.SessionChange;
import dev.sentinel.audit.persist.Append;
import dev.sentinel.audit.persist.Inbox;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies changes by administrators within a second: keys become valid or invalid, and administrative acts are captured
 * as events. Applies at once what is changed through this server: sessions, and keys. Deploy once, on an event loop,
 * after the persistence.
 *
 * <p>A cycle starts a second after the last one has ended, so cycles never overlap, and a database that hangs gets one
 * query at a time. Capturing acts may take longer; the cycles continue meanwhile, because a revoked key must not stay
 * valid only because events wait.
 */
public final class KeysVerticle extends VerticleBase {
    /** The submitter of events about administrators; no key has this id. */
    static final String SUBMITTER = "sentinel";

    private static final Logger LOG = LoggerFactory.getLogger(KeysVerticle.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int CYCLES_PER_MINUTE = 60;

    /** Browsers with invented sessions must not make the server ask the store all the time. */
    private static final Duration LOOK_AGAIN_PAUSE = Duration.ofMillis(200);

    private static final Duration CAPTURE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_ACTS = 100;

    /** No store has this version, so the first version that is read counts as new. */
    private static final long NO_VERSION = -1;

    private final KeyStore store;
    private final CurrentKeys keys;
    private final EventReader events;
    private final Inbox inbox;
    private final Clock clock;
    private final OutageLog outage =
            OutageLog.error(LOG, "keys not read effect=\"using last known keys\"", "keys read again");
    private long version = NO_VERSION;
    private Future<Void> cycle = Future.succeededFuture();
    private Future<Void> look = Future.succeededFuture();
    private Future<Void> changes = Future.succeededFuture();
    private @Nullable Future<Void> nextLook;
    private long lookedAt = -LOOK_AGAIN_PAUSE.toNanos();
    private long timer;
    private int cycles;
    private boolean capturing;
    private boolean stopping;

    /** The keys are current once the verticle is deployed. */
    public KeysVerticle(KeyStore store, CurrentKeys keys, EventReader events, Inbox inbox, Clock clock) {
        this.inbox = inbox;
        this.clock = clock;
        this.store = store;
        this.keys = keys;
        this.events = events;
    }

    @Override
    public Future<?> start() {
        RecordAct.ADDRESS.serve(vertx.eventBus(), request -> capture(List.of(request.act())));
        SessionChange.ADDRESS.serve(vertx.eventBus(), this::change);
        KeyChange.ADDRESS.serve(vertx.eventBus(), this::change);
        return refresh().onSuccess(done -> scheduleCycle());
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        return cycle
                // A failing store would not answer now either, and the process must end.
                .compose(done -> outage.isFailing() ? Future.succeededFuture() : flushUses());
    }

    private void scheduleCycle() {
        if (!stopping) {
            timer = vertx.setTimer(INTERVAL.toMillis(), now -> runCycle());
        }
    }

    /** Runs one cycle; the next one starts a second after it has ended. */
    private void runCycle() {
        cycles++;
        cycle = refresh()
                .compose(done -> cycles % CYCLES_PER_MINUTE == 0 ? flushUses() : Future.succeededFuture())
                .compose(done -> captureActs())
                .onComplete(this::log)
                .otherwiseEmpty();
        cycle.onComplete(done -> scheduleCycle());
    }

    private void log(AsyncResult<Void> refreshed) {
        if (refreshed.failed()) {
            outage.failed(refreshed.cause());
        } else {
            outage.succeeded();
        }
    }

    private Future<Void> change(SessionChange change) {
        if (change instanceof SessionChange.Begin begin) {
            return store.begin(begin.session(), Instant.now(clock)).compose(done -> readAll());
        } else if (change instanceof SessionChange.End end) {
            return store.end(end.cookie()).compose(done -> readAll());
        } else {
            return lookAgain();
        }
    }

    /** One after the other: the store has one connection, which the look for revoked keys needs as well. */
    private Future<Void> change(KeyChange change) {
        changes = changes.otherwiseEmpty().compose(done -> apply(change));
        return changes;
    }

    /** The next cycle captures the act. */
    private Future<Void> apply(KeyChange change) {
        Future<Void> changed = change instanceof KeyChange.Add add
                ? store.add(add.key(), add.act())
                : revoke((KeyChange.Revoke) change);
        return changed.compose(done -> readAll());
    }

    private Future<Void> revoke(KeyChange.Revoke revoke) {
        return store.revoke(revoke.id(), revoke.from(), revoke.act());
    }

    /**
     * Completes after a look that starts later than the request: an earlier one may have missed what it asks for. All
     * who ask before it starts share it.
     */
    private Future<Void> lookAgain() {
        if (nextLook != null) {
            return nextLook;
        }
        Promise<Void> next = Promise.promise();
        nextLook = next.future();
        look.otherwiseEmpty()
                .compose(done -> pauseBeforeLook())
                .compose(done -> look())
                .onComplete(next);
        return next.future();
    }

    private Future<?> pauseBeforeLook() {
        long pause = LOOK_AGAIN_PAUSE.toNanos() - (System.nanoTime() - lookedAt);
        return pause <= 0
                ? Future.succeededFuture()
                : vertx.timer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(pause)), TimeUnit.MILLISECONDS);
    }

    private Future<Void> look() {
        nextLook = null;
        lookedAt = System.nanoTime();
        look = refresh();
        return look;
    }

    /** Records a version only after its keys are read: if reading fails, the next cycle reads them. */
    private Future<Void> refresh() {
        return store.version()
                .compose(current -> current == version
                        ? Future.succeededFuture()
                        : readAll().onSuccess(done -> version = current));
    }

    private Future<Void> readAll() {
        return store.keys()
                .compose(all -> store.sessions().map(sessions -> {
                    apply(all, sessions);
                    return null;
                }));
    }

    private void apply(List<ApiKey> all, List<Session> sessions) {
        boolean hadKeys = !keys.ring().isEmpty();
        keys.replace(all, sessions);
        if (hadKeys && keys.ring().isEmpty()) {
            LOG.warn("all keys were deleted effect=\"requests are refused until a key exists or the server restarts\"");
        }
    }

    private Future<Void> flushUses() {
        Map<String, Instant> uses = keys.takeUses();
        return uses.isEmpty() ? Future.succeededFuture() : store.used(uses);
    }

    /**
     * An act leaves the key store once the log has it; an act that is sent twice is a duplicate there. Completes when
     * the acts are read.
     */
    private Future<Void> captureActs() {
        if (capturing) {
            return Future.succeededFuture();
        }
        return store.uncaptured(MAX_ACTS).map(acts -> {
            if (!acts.isEmpty()) {
                Future<Void> capture = capture(acts);
                capturing = true;
                capture.compose(done -> store.captured(acts))
                        .onFailure(
                                cause -> LOG.warn("administrative acts not captured yet acts={} retry=1s", acts.size()))
                        .onComplete(done -> capturing = false);
            }
            return null;
        });
    }

    private Future<Void> capture(List<AdminAct> acts) {
        return inbox.append(new Append(decode(acts), 1))
                .timeout(CAPTURE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .mapEmpty();
    }

    private List<AuditEvent> decode(List<AdminAct> acts) {
        List<AuditEvent> decoded = new ArrayList<>();
        for (AdminAct act : acts) {
            AuditEvent event = decode(act);
            if (event == null) {
                LOG.error("administrative act is not a valid event event_id={} effect=\"not captured\"", act.eventId());
            } else {
                decoded.add(event);
            }
        }
        return decoded;
    }

    private @Nullable AuditEvent decode(AdminAct act) {
        try {
            byte[] json = act.event().getBytes(StandardCharsets.UTF_8);
            return events.readJson(json, SUBMITTER).events().get(0) instanceof DecodedEvent.Valid valid
                    ? valid.event()
                    : null;
        } catch (MalformedJsonException e) {
            return null;
        }
    }
}
