package dev.sentinel.audit.evidence;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
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
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log: adds its events to the tree, signs the tree and publishes the checkpoint, within a second after the
 * events were committed. Deployed once, as a worker with a pool of one, because signing and forcing files block. The
 * server does not wait for it: a slow or failing signer never slows the log.
 */
public final class EvidenceVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceVerticle.class);

    /** From the first event after a checkpoint to the next checkpoint; leaves half a second for the work. */
    private static final long INTERVAL_MS = 500;

    private static final long RETRY_MS = 1_000;

    /** While the tree catches up, the time between two checkpoints. */
    private static final long CATCH_UP_NANOS = 1_000_000_000L;

    private static final long REPORT_NANOS = 10_000_000_000L;

    private final LogReader log;
    private final SignedLog signedLog;
    private final TreeStore store;
    private final Evidence evidence;
    private final Clock clock;
    private final SignerFiles files;
    private final boolean makesKey;
    private final @Nullable String origin;
    private final Duration checkpointEvery;
    private final @Nullable Path checkpointFile;
    private final @Nullable URI checkpointWebhook;
    private final LogTree tree;
    private final LogBeginning beginning;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final OutageLog outage = OutageLog.error(
            LOG,
            "checkpoint failed reason=\"{}\" effect=\"events are recorded but not signed\"",
            "checkpoints work again");

    private @Nullable Escapes escapes;
    private @Nullable ExclusiveLock lock;
    private @Nullable Signer signer;
    /** What the tree must agree with before anything is signed. */
    private @Nullable Checkpoint expected;

    private @Nullable SignedNote lastNote;
    private int number;
    /** Number of events in the log before this server took any. */
    private long foundEvents;

    private boolean following;
    private boolean opened;
    private boolean rebuilt;
    private boolean working;
    private boolean scheduled;
    private boolean stopping;
    private Promise<Void> stopped = Promise.promise();
    private long signedAtNanos = System.nanoTime() - CATCH_UP_NANOS;
    private long reportedAtNanos = System.nanoTime();
    /** What fails if the next step does, as the end of "it cannot". */
    private String doing = "";

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
        this.log = log;
        this.signedLog = signedLog;
        this.store = store;
        this.evidence = evidence;
        this.clock = clock;
        this.files = new SignerFiles(config.signingKey());
        this.makesKey = config.makesKey();
        this.origin = config.origin();
        this.checkpointEvery = config.checkpointEvery();
        this.checkpointFile = config.checkpointFile();
        this.checkpointWebhook = config.checkpointWebhook();
        this.tree = new LogTree(log, feed, store);
        this.beginning = new LogBeginning(files, signedLog, acts);
    }

    @Override
    public Future<?> start() {
        foundEvents = log.end();
        escapes = new Escapes(vertx, checkpointEvery, checkpointFile, checkpointWebhook);
        return Future.succeededFuture();
    }

    /** Begins to follow the log. Called when the server is up, so that a start that fails makes no key. Any thread. */
    public void follow() {
        context.runOnContext(now -> {
            following = true;
            log.onSequenced(end -> wake());
            work();
        });
    }

    /** Signs what is committed by now, and lets it escape. */
    @Override
    public Future<?> stop() {
        if (!following) {
            return Future.succeededFuture();
        }
        stopping = true;
        work();
        return stopped.future()
                .eventually(() -> Objects.requireNonNull(escapes).close(lastNote, Instant.now(clock)))
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
                scheduleWork(INTERVAL_MS);
            });
        }
    }

    private void scheduleWork(long ms) {
        if (!scheduled && !working && !stopping) {
            scheduled = true;
            vertx.setTimer(ms, due -> {
                scheduled = false;
                work();
            });
        }
    }

    private void work() {
        if (working) {
            return;
        }
        working = true;
        Future.<Void>succeededFuture().compose(begin -> step()).onComplete(result -> {
            working = false;
            if (result.failed()) {
                evidence.fail(doing);
                outage.failed(result.cause().getMessage());
                LOG.debug("checkpoint failed", result.cause());
                // Only the files know what was written.
                opened = false;
            } else if (opened) {
                outage.succeeded();
            }
            next(result.succeeded());
        });
    }

    private void next(boolean succeeded) {
        boolean behind = evidence.now().state().isAtWork() && (!opened || tree.size() < log.end());
        if (stopping && (!succeeded || !behind || evidence.now().state() != EvidenceState.SIGNING)) {
            stopped.tryComplete();
        } else if (!succeeded || evidence.now().state() == EvidenceState.KEY_IN_USE) {
            scheduleWork(RETRY_MS);
        } else if (behind && (stopping || evidence.now().state() != EvidenceState.SIGNING)) {
            context.runOnContext(now -> work());
        } else if (behind) {
            scheduleWork(INTERVAL_MS);
        }
    }

    private Future<Void> step() {
        if (!evidence.now().state().isAtWork()) {
            return Future.succeededFuture();
        }
        return (opened ? Future.<Void>succeededFuture() : open())
                .compose(ready -> opened ? advance() : Future.succeededFuture());
    }

    private Future<Void> advance() {
        long end = log.end();
        doing = "add events to the stored tree";
        Future<Void> grown = tree.size() < end
                ? tree.grow(end, Objects.requireNonNull(lastNote).toString())
                : Future.succeededFuture();
        return grown.compose(done -> agreed()).map(agreed -> {
            if (agreed) {
                signIfDue(end);
            }
            return null;
        });
    }

    private Future<Void> open() {
        doing = "read the files of the signer and the stored tree";
        if (!holdsKey()) {
            return Future.succeededFuture();
        }
        return store.extent().compose(extent -> {
            beginning.resume();
            evidence.verifierKeys(files.verifierKeys());
            LogOpening opening = LogOpening.of(files, signedLog.number(), log.end());
            if (opening instanceof LogOpening.Stopped stop) {
                halt(stop.state(), " events=" + log.end());
                return Future.succeededFuture();
            }
            if (opening instanceof LogOpening.Begin begin) {
                return begin(begin.number());
            }
            return prepare((LogOpening.Ready) opening, extent);
        });
    }

    /** Whether this process may sign. Until another one ends, it asks again and again. */
    private boolean holdsKey() {
        if (lock == null && (makesKey || files.highest() > 0)) {
            lock = files.lock().orElse(null);
            if (lock == null && evidence.now().state() != EvidenceState.KEY_IN_USE) {
                halt(EvidenceState.KEY_IN_USE, " lock=" + files.lockFile());
            } else if (lock != null && evidence.now().state() == EvidenceState.KEY_IN_USE) {
                LOG.info("signing key free effect=\"this server signs\" lock={}", files.lockFile());
                evidence.enter(EvidenceState.STARTING);
            }
            return lock != null;
        }
        return true;
    }

    private Future<Void> prepare(LogOpening.Ready ready, TreeStore.Extent extent) {
        boolean nothingSigned = ready.expected().size() == 0;
        if (extent.size() > log.end() && !nothingSigned) {
            halt(EvidenceState.ROLLED_BACK, " tree=" + extent.size());
            return Future.succeededFuture();
        }
        String keyName = ready.key().verifierKey().name();
        if (!keyName.equals(name(ready.number()))) {
            LOG.warn(
                    "log goes on under another name than LOG_ORIGIN origin={} fix=\"bin/sentinel log renumber\"",
                    keyName);
        }
        number = ready.number();
        signer = new Signer(files, number, ready.key(), ready.signed());
        lastNote = ready.signed();
        expected = ready.expected();
        // A crash may have come before the number was recorded; and a tree of another number is not trusted.
        Future<Void> recorded =
                ready.number() > signedLog.number() ? signedLog.begin(ready.number()) : Future.succeededFuture();
        return recorded.compose(done -> nothingSigned ? tree.clear() : restore(extent))
                .map(done -> {
                    opened = true;
                    return null;
                });
    }

    private Future<Void> restore(TreeStore.Extent extent) {
        return tree.restore(extent).compose(same -> same ? Future.succeededFuture() : rebuild());
    }

    private String name(int number) {
        return SignerFiles.origin(origin, signedLog.logId(), number);
    }

    private Future<Void> begin(int number) {
        if (!makesKey) {
            evidence.enter(EvidenceState.NO_KEY);
            LOG.warn("log not signed effect=\"{}\"", EvidenceState.NO_KEY.meaning());
            return Future.succeededFuture();
        }
        doing = "make a signing key";
        return beginning.begin(number, name(number), foundEvents);
    }

    private Future<Void> rebuild() {
        LOG.warn("stored tree does not agree with the log effect=\"it is built again from the log\"");
        rebuilt = true;
        return tree.clear();
    }

    /** Whether the tree agrees with what was signed; false also while it does not reach that far. */
    private Future<Boolean> agreed() {
        Checkpoint signed = expected;
        if (signed == null || signed.size() == 0) {
            expected = null;
            return Future.succeededFuture(true);
        }
        if (tree.size() < signed.size()) {
            evidence.enter(EvidenceState.CATCHING_UP);
            report(log.end(), false, System.nanoTime());
            return Future.succeededFuture(false);
        }
        return tree.root(signed.size()).compose(root -> {
            if (root.equals(signed.root())) {
                expected = null;
                rebuilt = false;
                files.forgetRolledBack(number);
                return Future.succeededFuture(true);
            }
            if (!rebuilt) {
                return rebuild().map(false);
            }
            halt(
                    files.wasRolledBack(number) ? EvidenceState.ROLLED_BACK : EvidenceState.CONTRADICTION,
                    " size=" + signed.size() + " signed_root=" + signed.root().base64() + " root=" + root.base64());
            return Future.succeededFuture(false);
        });
    }

    private void signIfDue(long end) {
        boolean complete = tree.size() >= end;
        long now = System.nanoTime();
        report(end, complete, now);
        SignedNote note = Objects.requireNonNull(lastNote);
        long signed = Checkpoint.parse(note.text()).size();
        if (signed < tree.size() && (complete || now - signedAtNanos >= CATCH_UP_NANOS)) {
            signedAtNanos = now;
            doing = "write what the key has signed";
            note = Objects.requireNonNull(signer).sign(tree.size(), tree.edge().root());
            lastNote = note;
            signed = tree.size();
        }
        Published before = evidence.now().published();
        if (signed == tree.size() && (before == null || before.size() < signed)) {
            Instant signedAt = Instant.now(clock);
            evidence.publish(
                    complete ? EvidenceState.SIGNING : EvidenceState.CATCHING_UP,
                    Published.of(note, tree.edge(), signedAt));
            Objects.requireNonNull(escapes).offer(note, signedAt);
            beginning.signed(tree.edge());
        } else {
            evidence.enter(complete ? EvidenceState.SIGNING : EvidenceState.CATCHING_UP);
        }
    }

    private void report(long end, boolean complete, long now) {
        if (complete || now - reportedAtNanos < REPORT_NANOS) {
            return;
        }
        reportedAtNanos = now;
        LOG.info("tree catching up done={}% events={}/{}", 100 * tree.size() / end, tree.size(), end);
    }

    private void halt(EvidenceState state, String details) {
        evidence.enter(state);
        if (state == EvidenceState.ROLLED_BACK) {
            rememberRolledBack();
        }
        LOG.error(
                "log not signed state={}{} effect=\"events are recorded but not signed\" fix=\"{}\"",
                state.wireName(),
                details,
                state.meaning());
    }

    /** A log that grows again is then not taken for one that was edited. */
    private void rememberRolledBack() {
        int current = Math.max(signedLog.number(), files.highest());
        try {
            if (!files.wasRolledBack(current)) {
                files.rememberRolledBack(current, log.end());
            }
        } catch (Unavailable e) {
            LOG.warn("state not remembered reason=\"{}\" effect=\"a later start may name another\"", e.getMessage());
        }
    }
}
