package dev.sentinel.audit.evidence;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.files.ExclusiveLock;
import dev.sentinel.audit.store.LeafFeed;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.SignedLog;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log: adds its events to the tree, signs the tree and publishes the checkpoint, within a second after the
 * events were committed. Deployed once, as a worker with a pool of one, because signing and forcing files block. The
 * server does not wait for it: a slow or failing signer never slows the log.
 *
 * <p>Of several servers that share a log, one signs: the one that leads the {@link TreeStore}. The others publish what
 * it has stored. A server that takes over waits before it signs, so that all others can store what they know to be
 * signed: see {@link LogOpening}.
 */
public final class EvidenceVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceVerticle.class);

    /** From the first event after a checkpoint to the next checkpoint; leaves half a second for the work. */
    private static final long INTERVAL_MS = 500;

    private static final long RETRY_MS = 1_000;

    /** While a checkpoint of another server is expected. */
    private static final long FOLLOW_MS = 200;

    /** How often a server that shares its log looks what the others do, and shows that it leads. */
    private static final long LOOK_MS = 1_000;

    /** Others look each second; on a busy machine, one of them may be late. */
    private static final Duration TAKE_OVER_WAIT = Duration.ofSeconds(3);

    /** Timers count while the machine sleeps, or not. */
    private static final long MAX_REST_MS = 60_000;

    /** Failures in a row after which another server may try. */
    private static final int MAX_FAILURES = 3;

    private static final Duration STAND_BACK = Duration.ofSeconds(10);

    private final EvidenceConfig config;
    private final LogReader log;
    private final LeafFeed feed;
    private final SignedLog signedLog;
    private final TreeStore store;
    private final Evidence evidence;
    private final EvidenceActs acts;
    private final Clock clock;
    private final SignerFiles files;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final OutageLog outage = OutageLog.error(
            LOG,
            "checkpoint failed reason=\"{}\" effect=\"events are recorded but not signed\"",
            "checkpoints work again");

    private @Nullable Escapes escapes;
    private @Nullable LogBeginning beginning;
    private @Nullable Rotations rotations;
    private @Nullable Signing signing;
    private @Nullable Following following;
    private @Nullable ExclusiveLock lock;
    private boolean working;
    private boolean stopping;
    private Promise<Void> stopped = Promise.promise();
    private boolean begun;
    /** -1 for none: the first id of a Vert.x is 0. */
    private long timer = -1;

    private long dueAt;
    /** In which this server leads; empty while it does not. */
    private OptionalLong term = OptionalLong.empty();

    private long signsFrom;
    private int failures;
    private long competesFrom = System.nanoTime();
    /** The number of the log that this server has found not to be signed any more; -1 for none. */
    private int haltedNumber = -1;

    /**
     * Creates a verticle.
     *
     * @param evidence what others see of it
     */
    public EvidenceVerticle(
            EvidenceConfig config,
            LogReader log,
            LeafFeed feed,
            SignedLog signedLog,
            TreeStore store,
            Evidence evidence,
            EvidenceActs acts,
            Clock clock) {
        this.config = config;
        this.log = log;
        this.feed = feed;
        this.signedLog = signedLog;
        this.store = store;
        this.evidence = evidence;
        this.acts = acts;
        this.clock = clock;
        this.files = new SignerFiles(config.signingKey());
    }

    @Override
    public Future<?> start() {
        Escapes all = new Escapes(vertx, config.checkpointEvery(), config.checkpointFile(), config.checkpointWebhook());
        escapes = all;
        LogBeginning begun = new LogBeginning(files, signedLog, acts);
        beginning = begun;
        Rotations replaced = new Rotations(files, acts, store.isShared(), clock);
        rotations = replaced;
        signing = new Signing(config, files, log, feed, signedLog, store, evidence, all, begun, replaced, clock);
        following = new Following(files, log, store, evidence, clock);
        return Future.succeededFuture();
    }

    /** Begins to follow the log. Called when the server is up, so that a start that fails makes no key. Any thread. */
    public void follow() {
        context.runOnContext(now -> {
            log.onSequenced(end -> wake());
            begun = true;
            work();
        });
    }

    /** Signs what is committed by now, and lets it escape. */
    @Override
    public Future<?> stop() {
        if (!begun) {
            return Future.succeededFuture();
        }
        stopping = true;
        work();
        return stopped.future()
                .eventually(() -> term.isPresent() ? store.resign() : Future.succeededFuture())
                .eventually(
                        () -> Objects.requireNonNull(escapes).close(signing().lastNote(), Instant.now(clock)))
                .onComplete(done -> {
                    if (lock != null) {
                        lock.close();
                    }
                });
    }

    /** Any thread. */
    private void wake() {
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(now -> {
                woken.set(false);
                schedule(term.isPresent() || !store.isShared() ? INTERVAL_MS : FOLLOW_MS);
            });
        }
    }

    /** Works at this time, or at an earlier one that was asked for. */
    private void schedule(long ms) {
        long due = System.nanoTime() + Duration.ofMillis(ms).toNanos();
        if (working || stopping || (timer > 0 && dueAt - due <= 0)) {
            return;
        }
        if (timer > 0) {
            vertx.cancelTimer(timer - 1);
        }
        dueAt = due;
        timer = 1
                + vertx.setTimer(ms, now -> {
                    timer = 0;
                    work();
                });
    }

    private Signing signing() {
        return Objects.requireNonNull(signing);
    }

    private Following following() {
        return Objects.requireNonNull(following);
    }

    private void work() {
        if (working) {
            return;
        }
        working = true;
        Future.<Void>succeededFuture()
                .compose(begin -> store.isShared() ? sharedStep() : ownStep())
                .onComplete(result -> {
                    working = false;
                    if (result.failed()) {
                        evidence.fail(
                                signing().isOpen() || !store.isShared()
                                        ? signing().doing()
                                        : "read the stored tree");
                        outage.failed(result.cause().getMessage());
                        LOG.debug("checkpoint failed", result.cause());
                        signing().close();
                        failures++;
                        standBack();
                    } else {
                        failures = 0;
                        outage.succeeded();
                    }
                    next(result.succeeded());
                });
    }

    /** If only this server cannot sign, such as because its disk is full, another one can. */
    private void standBack() {
        if (failures >= MAX_FAILURES && term.isPresent()) {
            failures = 0;
            competesFrom = System.nanoTime() + STAND_BACK.toNanos();
            resign();
        }
    }

    private void resign() {
        term = OptionalLong.empty();
        store.resign().onFailure(cause -> LOG.debug("not resigned", cause));
    }

    private void next(boolean succeeded) {
        EvidenceState state = evidence.now().state();
        boolean signs = !store.isShared() || term.isPresent();
        boolean behind = state.isAtWork() && signs && signing().isBehind();
        if (stopping && (!succeeded || !behind || state != EvidenceState.SIGNING)) {
            stopped.tryComplete();
        } else if (!succeeded || state == EvidenceState.KEY_IN_USE) {
            schedule(RETRY_MS);
        } else if (behind && signing().isOpen() && (stopping || state != EvidenceState.SIGNING)) {
            context.runOnContext(now -> work());
        } else if (behind && signing().isOpen()) {
            schedule(INTERVAL_MS);
        } else if (store.isShared()) {
            schedule(state == EvidenceState.FOLLOWING && following().isBehind() ? FOLLOW_MS : LOOK_MS);
        } else if (behind) {
            context.runOnContext(now -> work());
        } else if (state.isAtWork()) {
            // Without events, nothing else would end a former key.
            signing().untilNextEnd().ifPresent(left -> schedule(Math.min(MAX_REST_MS, Math.max(1, left.toMillis()))));
        } else {
            endFormerKeys();
        }
    }

    /** Nothing is signed any more, but a private key must not stay for longer than was decided. */
    private void endFormerKeys() {
        if (lock == null) {
            return;
        }
        Rotations replaced = Objects.requireNonNull(rotations);
        try {
            replaced.resume();
            replaced.untilNextEnd()
                    .ifPresent(left -> schedule(Math.min(MAX_REST_MS, Math.max(RETRY_MS, left.toMillis()))));
        } catch (Unavailable e) {
            LOG.warn("former signing key not deleted reason=\"{}\"", e.getMessage());
            schedule(MAX_REST_MS);
        }
    }

    private Future<Void> ownStep() {
        return evidence.now().state().isAtWork() && (signing().isOpen() || holdsKey())
                ? signing().step().onSuccess(done -> leaveKeyToOthers())
                : Future.succeededFuture();
    }

    /** The key may be where it was, and servers of the other database sign with it. */
    private void leaveKeyToOthers() {
        if (evidence.now().state() == EvidenceState.MOVED && lock != null) {
            lock.close();
            lock = null;
        }
    }

    /** Whether this process may sign. Until another one ends, it asks again and again. */
    private boolean holdsKey() {
        if (lock == null && (config.makesKey() || files.highest() > 0)) {
            lock = files.lock().orElse(null);
            if (lock == null) {
                evidence.halt(EvidenceState.KEY_IN_USE, " lock=" + files.lockFile());
            } else if (evidence.now().state() == EvidenceState.KEY_IN_USE) {
                LOG.info("signing key free effect=\"this server signs\" lock={}", files.lockFile());
                evidence.enter(EvidenceState.STARTING);
            }
            return lock != null;
        }
        return true;
    }

    private Future<Void> sharedStep() {
        if (!signing().isOpen()) {
            return look();
        }
        return store.lead().compose(now -> {
            if (now.isPresent() && now.equals(term)) {
                return sign();
            }
            LOG.warn("another server signs effect=\"this one follows\"");
            term = OptionalLong.empty();
            signing().close();
            return look();
        });
    }

    private Future<Void> sign() {
        return signing().step().onSuccess(done -> {
            EvidenceState state = evidence.now().state();
            if (!state.isAtWork()) {
                haltedNumber = state == EvidenceState.CONTRADICTION ? signing().number() : -1;
                resign();
            }
        });
    }

    private Future<Void> look() {
        return store.extent()
                .compose(extent -> signedLog.standing().compose(standing -> {
                    LogOpening opening = opening(extent, standing);
                    return (mayLead(opening) ? store.lead() : Future.succeededFuture(OptionalLong.empty()))
                            .compose(led -> enterTerm(led, extent)
                                    ? sign()
                                    : following().step(extent, standing, opening, led.isPresent()));
                }));
    }

    private LogOpening opening(TreeStore.Extent extent, SignedLog.Standing standing) {
        if (haltedNumber == standing.number()) {
            return new LogOpening.Stopped(EvidenceState.CONTRADICTION);
        }
        Objects.requireNonNull(beginning).finish(standing.number());
        Objects.requireNonNull(rotations).resume();
        LogOpening opening = LogOpening.of(files, standing, extent.checkpoint(), true);
        return opening instanceof LogOpening.Begin && !config.makesKey()
                ? new LogOpening.Stopped(EvidenceState.NO_KEY)
                : opening;
    }

    private boolean mayLead(LogOpening opening) {
        boolean able = !(opening instanceof LogOpening.Stopped);
        if (!able && term.isPresent()) {
            resign();
        }
        return able && !stopping && System.nanoTime() - competesFrom >= 0;
    }

    /** Whether this server may sign now. */
    private boolean enterTerm(OptionalLong now, TreeStore.Extent extent) {
        if (now.isPresent() && !now.equals(term)) {
            LOG.info("became signing server term={}", now.getAsLong());
            signsFrom = System.nanoTime() + (extent.checkpoint() == null ? 0 : TAKE_OVER_WAIT.toNanos());
        }
        term = now;
        return now.isPresent() && System.nanoTime() - signsFrom >= 0;
    }
}
