package dev.sentinel.audit.evidence;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.store.LeafFeed;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.SignedLog;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the events of the log to the tree, signs the tree and publishes the checkpoint, a step at a time. Before the
 * first signature, the tree must have agreed with everything that is known to be signed. Confined to one worker
 * context; blocking; one step at a time.
 */
final class Signing {
    private static final Logger LOG = LoggerFactory.getLogger(Signing.class);

    /** While the tree catches up, the time between two checkpoints. */
    private static final long CATCH_UP_NANOS = 1_000_000_000L;

    private static final long REPORT_NANOS = 10_000_000_000L;

    private final LogReader log;
    private final SignedLog signedLog;
    private final TreeStore store;
    private final Evidence evidence;
    private final Escapes escapes;
    private final Clock clock;
    private final SignerFiles files;
    private final boolean makesKey;
    private final @Nullable String origin;
    private final LogTree tree;
    private final LogBeginning beginning;
    private final Rotations rotations;
    /** Number of events in the log before this server took any. */
    private final long foundEvents;

    private @Nullable Signer signer;
    /** What the tree must agree with before anything is signed, smaller ones first. */
    private List<Checkpoint> expected = List.of();

    private @Nullable SignedNote lastNote;
    /** The stored checkpoint. */
    private @Nullable String stored;

    private int number;
    private boolean opened;
    private boolean rebuilt;
    private long signedAtNanos = System.nanoTime() - CATCH_UP_NANOS;
    private long reportedAtNanos = System.nanoTime();
    /** What fails if the next step does, as the end of "it cannot". */
    private String doing = "";

    Signing(
            EvidenceConfig config,
            SignerFiles files,
            LogReader log,
            LeafFeed feed,
            SignedLog signedLog,
            TreeStore store,
            Evidence evidence,
            Escapes escapes,
            LogBeginning beginning,
            Rotations rotations,
            Clock clock) {
        this.log = log;
        this.signedLog = signedLog;
        this.store = store;
        this.evidence = evidence;
        this.escapes = escapes;
        this.clock = clock;
        this.files = files;
        this.makesKey = config.makesKey();
        this.origin = config.origin();
        this.tree = new LogTree(log, feed, store);
        this.beginning = beginning;
        this.rotations = rotations;
        this.foundEvents = log.end();
    }

    /** What fails if the last step did, as the end of "it cannot". */
    String doing() {
        return doing;
    }

    /** The number of the log that this process has signed, or wanted to; 0 before. */
    int number() {
        return number;
    }

    /** The newest note of this process; null before the first. */
    @Nullable
    SignedNote lastNote() {
        return lastNote;
    }

    /** Whether steps add events, and do not have to look at the files and the stored tree first. */
    boolean isOpen() {
        return opened;
    }

    /** Whether there is more to do at once. */
    boolean isBehind() {
        return !opened || tree.size() < log.end();
    }

    /** How long until a key must not sign any more; empty if that is not known to happen. */
    Optional<Duration> untilNextEnd() {
        return opened && signer != null
                ? signer.nextEnd().map(end -> Duration.between(Instant.now(clock), end))
                : Optional.empty();
    }

    /** The next step begins anew: only the files and the store know what was written. */
    void close() {
        opened = false;
    }

    Future<Void> step() {
        doing = "read the files of the signer";
        opened = opened && !rotations.isDue(number);
        return opened ? advance() : open().compose(ready -> opened ? advance() : Future.succeededFuture());
    }

    private Future<Void> advance() {
        long end = log.end();
        if (store.isShared() && end < tree.size()) {
            // This server may only not have heard of the last events; or the database was rolled back.
            doing = "read the log";
            return signedLog.standing().map(standing -> {
                if (standing.events() < tree.size() && standing.isSettled()) {
                    halt(EvidenceState.ROLLED_BACK, " events=" + standing.events() + " tree=" + tree.size());
                }
                return null;
            });
        }
        doing = "add events to the stored tree";
        if (tree.size() < end) {
            return tree.grow(end).compose(done -> settle(end));
        }
        return store.isShared()
                ? isUnchanged().compose(same -> same ? settle(end) : Future.succeededFuture())
                : settle(end);
    }

    /** Whether the store has what this server has stored: the database may be an older one by now. */
    private Future<Boolean> isUnchanged() {
        return store.extent().map(extent -> {
            opened = extent.size() == tree.size()
                    && extent.root().equals(tree.edge().root())
                    && Objects.equals(extent.checkpoint(), stored);
            return opened;
        });
    }

    private Future<Void> settle(long end) {
        return Future.<Void>succeededFuture()
                .compose(done -> agreed())
                .compose(agreed -> agreed ? signIfDue(end) : Future.succeededFuture());
    }

    private Future<Void> open() {
        doing = "read the files of the signer and the stored tree";
        return store.extent()
                .compose(extent -> signedLog.standing().compose(standing -> {
                    beginning.resume(standing.number());
                    rotations.resume();
                    evidence.verifierKeys(files.verifierKeys(standing.verifierKeys()));
                    LogOpening opening = LogOpening.of(files, standing, extent.checkpoint(), store.isShared());
                    if (opening instanceof LogOpening.Stopped stop) {
                        halt(stop.state(), " events=" + standing.events());
                        return Future.succeededFuture();
                    }
                    if (opening instanceof LogOpening.Begin begin) {
                        return begin(begin.number());
                    }
                    return prepare((LogOpening.Ready) opening, extent, standing);
                }));
    }

    private Future<Void> prepare(LogOpening.Ready ready, TreeStore.Extent extent, SignedLog.Standing standing) {
        boolean nothingSigned = ready.expected().isEmpty();
        if (extent.size() > standing.events() && !nothingSigned) {
            // A tree is never larger than its log, unless the log was rolled back.
            halt(
                    standing.isSettled() ? EvidenceState.ROLLED_BACK : EvidenceState.CATCHING_UP,
                    " tree=" + extent.size());
            return Future.succeededFuture();
        }
        String keyName = ready.keys().primary().verifierKey().name();
        if (!keyName.equals(name(ready.number()))) {
            LOG.warn(
                    "log goes on under another name than LOG_ORIGIN origin={} fix=\"bin/sentinel log renumber\"",
                    keyName);
        }
        number = ready.number();
        signer = new Signer(files, number, ready.keys(), ready.signed());
        lastNote = ready.signed();
        stored = extent.checkpoint();
        expected = ready.expected();
        // A crash may have come before the number was recorded; and a tree of another number is not trusted.
        Future<Void> recorded =
                ready.number() > standing.number() ? signedLog.begin(ready.number()) : Future.succeededFuture();
        return recorded.compose(done -> signedLog.announce(number, ready.verifierKeys()))
                .compose(done -> remember(ready.signed()))
                .compose(done -> nothingSigned ? tree.clear() : restore(extent))
                .map(done -> {
                    opened = true;
                    return null;
                });
    }

    /** Both places get the newest note, which only one of them may have. */
    private Future<Void> remember(SignedNote newest) {
        alone(() -> {
            if (!files.state(number).filter(newest::equals).isPresent()) {
                files.remember(number, newest);
            }
        });
        return store(newest);
    }

    private Future<Void> store(SignedNote note) {
        String text = note.toString();
        // That of a log without events says nothing.
        return text.equals(stored) || LogOpening.size(note) == 0
                ? Future.succeededFuture()
                : store.publish(stored, text).onSuccess(done -> stored = text);
    }

    private void alone(Runnable change) {
        if (store.isShared()) {
            files.alone(change);
        } else {
            change.run();
        }
    }

    private Future<Void> restore(TreeStore.Extent extent) {
        return tree.restore(extent.size(), extent.root()).compose(same -> same ? Future.succeededFuture() : rebuild());
    }

    private String name(int begun) {
        return SignerFiles.origin(origin, signedLog.logId(), begun);
    }

    private Future<Void> begin(int begun) {
        if (!makesKey) {
            evidence.halt(EvidenceState.NO_KEY, "");
            return Future.succeededFuture();
        }
        doing = "make a signing key";
        return beginning.begin(begun, name(begun), foundEvents);
    }

    private Future<Void> rebuild() {
        LOG.warn("stored tree does not agree with the log effect=\"it is built again from the log\"");
        rebuilt = true;
        return tree.clear();
    }

    /** Whether the tree agrees with what was signed; false also while it does not reach that far. */
    private Future<Boolean> agreed() {
        if (expected.isEmpty()) {
            return Future.succeededFuture(true);
        }
        Checkpoint next = expected.get(0);
        if (tree.size() < next.size()) {
            evidence.enter(EvidenceState.CATCHING_UP);
            report(log.end(), false, System.nanoTime());
            return Future.succeededFuture(false);
        }
        return tree.root(next.size()).compose(root -> {
            if (root.equals(next.root())) {
                expected = expected.subList(1, expected.size());
                if (!expected.isEmpty()) {
                    return agreed();
                }
                rebuilt = false;
                files.forgetRolledBack(number);
                return Future.succeededFuture(true);
            }
            if (!rebuilt) {
                return rebuild().map(false);
            }
            halt(
                    files.wasRolledBack(number) ? EvidenceState.ROLLED_BACK : EvidenceState.CONTRADICTION,
                    " size=" + next.size() + " signed_root=" + next.root().base64() + " root=" + root.base64());
            return Future.succeededFuture(false);
        });
    }

    private Future<Void> signIfDue(long end) {
        boolean complete = tree.size() >= end;
        long now = System.nanoTime();
        report(end, complete, now);
        SignedNote note = Objects.requireNonNull(lastNote);
        if (LogOpening.size(note) < tree.size() && (complete || now - signedAtNanos >= CATCH_UP_NANOS)) {
            signedAtNanos = now;
            doing = "write what the key has signed";
            if (!sign()) {
                opened = false;
                return Future.succeededFuture();
            }
            note = Objects.requireNonNull(lastNote);
        }
        if (LogOpening.size(note) != tree.size()) {
            evidence.enter(complete ? EvidenceState.SIGNING : EvidenceState.CATCHING_UP);
            return Future.succeededFuture();
        }
        doing = "store the checkpoint";
        SignedNote signed = note;
        return store(signed).map(done -> {
            publish(signed, complete);
            return null;
        });
    }

    /** Returns false if the key was replaced. */
    private boolean sign() {
        boolean[] signed = {false};
        alone(() -> Objects.requireNonNull(signer)
                .sign(tree.size(), tree.edge().root(), Instant.now(clock))
                .ifPresent(next -> {
                    lastNote = next;
                    signed[0] = true;
                }));
        return signed[0];
    }

    private void publish(SignedNote note, boolean complete) {
        EvidenceState state = complete ? EvidenceState.SIGNING : EvidenceState.CATCHING_UP;
        if (evidence.isPublished(Checkpoint.parse(note.text()))) {
            evidence.enter(state);
            return;
        }
        Instant signedAt = Instant.now(clock);
        evidence.publish(state, Published.of(note, tree.edge(), signedAt));
        escapes.offer(note, signedAt);
        beginning.signed(tree.edge());
    }

    private void report(long end, boolean complete, long now) {
        if (complete || now - reportedAtNanos < REPORT_NANOS) {
            return;
        }
        reportedAtNanos = now;
        LOG.info("tree catching up done={}% events={}/{}", 100 * tree.size() / end, tree.size(), end);
    }

    private void halt(EvidenceState state, String details) {
        opened = false;
        evidence.halt(state, details);
        if (state == EvidenceState.ROLLED_BACK) {
            files.rememberRolledBack(Math.max(number, files.highest()), log.end());
        }
    }
}
