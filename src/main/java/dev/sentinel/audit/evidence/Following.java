package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.SignedLog;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what another server signs, and shares what is known to be signed. A server that has the key, too, writes each
 * checkpoint that it sees into its own state, so that it can take over. And each server stores what it knows and the
 * database has lost. Confined to one worker context; blocking; one step at a time.
 *
 * <p>A server with the key and without a state knows nothing that a rollback of the database could not have taken with
 * it. It learns only from a server that signs at the moment, which has a state. That one is known by the beat of the
 * stored tree, which a copy of the database does not have.
 */
final class Following {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);

    /** Beats after which a server that signs is believed to be there: the first one may be left over. */
    private static final int BEATS = 3;

    private final SignerFiles files;
    private final LogReader log;
    private final TreeStore store;
    private final Evidence evidence;
    private final Clock clock;
    private final LogTree tree;
    private long beat = -1;
    private int beats;
    /** The stored text that was learned last; null before the first. */
    private @Nullable String learned;

    Following(SignerFiles files, LogReader log, TreeStore store, Evidence evidence, Clock clock) {
        this.files = files;
        this.log = log;
        this.store = store;
        this.evidence = evidence;
        this.clock = clock;
        this.tree = new LogTree(log, (from, limit) -> new byte[0], store);
    }

    /** Whether the published checkpoint covers all events that this server knows of. */
    boolean isBehind() {
        return evidence.size().orElse(0) < log.end();
    }

    /**
     * Looks at what is stored.
     *
     * @param opening what this server would do if it led
     * @param leads whether it does, but waits
     */
    Future<Void> step(TreeStore.Extent extent, SignedLog.Standing standing, LogOpening opening, boolean leads) {
        evidence.verifierKeys(files.verifierKeys(standing.verifierKeys()));
        boolean isLed = extent.isLed() && !leads;
        beats = !isLed ? 0 : extent.beat() == beat ? beats : beats + 1;
        beat = extent.beat();
        Optional<SignedNote> note = stored(extent, standing);
        note.ifPresent(stored -> learn(stored, standing));
        return teach(extent, note, standing)
                .compose(taught -> leads ? Future.succeededFuture() : serve(extent, note, standing, opening))
                .map(served -> {
                    if (note.isPresent() && isShorter(standing, note.get())) {
                        rolledBack(standing, note.get());
                    } else {
                        enter(isLed, opening);
                    }
                    return null;
                });
    }

    private static boolean isShorter(SignedLog.Standing standing, SignedNote note) {
        return LogOpening.size(note) > standing.events() && standing.isSettled();
    }

    private void rolledBack(SignedLog.Standing standing, SignedNote note) {
        evidence.halt(EvidenceState.ROLLED_BACK, " events=" + standing.events() + " signed=" + LogOpening.size(note));
        if (files.key(standing.number()).isPresent()) {
            files.rememberRolledBack(standing.number(), standing.events());
        }
    }

    private void enter(boolean isLed, LogOpening opening) {
        if (isLed) {
            evidence.enter(EvidenceState.FOLLOWING);
        } else if (opening instanceof LogOpening.Stopped stop) {
            evidence.halt(stop.state(), "");
        } else {
            evidence.enter(EvidenceState.STARTING);
        }
    }

    /** The stored checkpoint of the current number, if a key of it has signed it. */
    private static Optional<SignedNote> stored(TreeStore.Extent extent, SignedLog.Standing standing) {
        return LogKeys.signed(extent.checkpoint(), announced(standing));
    }

    private static List<String> announced(SignedLog.Standing standing) {
        return standing.verifierKeys().getOrDefault(standing.number(), List.of());
    }

    /** Writes what others have signed into the state of the key, before this server shows it to anybody. */
    private void learn(SignedNote note, SignedLog.Standing standing) {
        int number = standing.number();
        if (note.toString().equals(learned) || files.key(number).isEmpty()) {
            return;
        }
        Optional<SignedNote> state = state(standing);
        if (state.isEmpty() && beats < BEATS) {
            return;
        }
        if (state.isEmpty()) {
            LOG.info("signer state taken from the server that signs size={}", LogOpening.size(note));
        }
        if (isNewer(note, standing)) {
            files.alone(() -> {
                if (isNewer(note, standing)) {
                    files.remember(number, note);
                }
            });
        }
        learned = note.toString();
    }

    /** The server that signs may have written it into a directory that both use. */
    private boolean isNewer(SignedNote note, SignedLog.Standing standing) {
        return state(standing).map(LogOpening::size).orElse(-1L) < LogOpening.size(note);
    }

    /** What the key, or one that it has replaced, has signed, as far as its file tells. */
    private Optional<SignedNote> state(SignedLog.Standing standing) {
        int number = standing.number();
        Optional<LogKeys> own = files.keys(number);
        try {
            return own.flatMap(keys -> files.state(number))
                    .filter(note -> LogKeys.isSigned(note, LogKeys.known(own, announced(standing))));
        } catch (MalformedNoteException e) {
            return Optional.empty();
        }
    }

    /** Stores what this server knows to be signed, if the database does not: others must not contradict it. */
    private Future<Void> teach(TreeStore.Extent extent, Optional<SignedNote> stored, SignedLog.Standing standing) {
        long known = stored.map(LogOpening::size).orElse(0L);
        Optional<SignedNote> newer =
                state(standing).or(() -> published(standing)).filter(note -> LogOpening.size(note) > known);
        if (newer.isEmpty()) {
            return Future.succeededFuture();
        }
        LOG.warn(
                "database did not have a checkpoint that was signed size={} stored_size={}"
                        + " effect=\"no server signs before the log agrees with it\"",
                LogOpening.size(newer.get()),
                known);
        // If another server was faster, the next step sees what it has stored.
        return store.publish(extent.checkpoint(), newer.get().toString()).otherwiseEmpty();
    }

    /** What this process has published, which may be all that it knows. */
    private Optional<SignedNote> published(SignedLog.Standing standing) {
        Published published = evidence.now().published();
        return published == null
                ? Optional.empty()
                : LogKeys.signed(published.note().toString(), announced(standing));
    }

    private Future<Void> serve(
            TreeStore.Extent extent, Optional<SignedNote> stored, SignedLog.Standing standing, LogOpening opening) {
        if (stored.isEmpty()) {
            return Future.succeededFuture();
        }
        Checkpoint checkpoint = Checkpoint.parse(stored.get().text());
        if (evidence.isPublished(checkpoint)
                || checkpoint.size() > extent.size()
                || checkpoint.size() > standing.events()) {
            return Future.succeededFuture();
        }
        return tree.follow(checkpoint.size(), checkpoint.root()).map(same -> {
            if (!same
                    && opening instanceof LogOpening.Stopped stop
                    && stop.state().isAlarm()) {
                // This server knows already, and better, what is wrong.
                return null;
            }
            if (!same) {
                throw new Unavailable(
                        "the stored tree of " + checkpoint.size() + " events is not that of its checkpoint", null);
            }
            evidence.publish(evidence.now().state(), Published.of(stored.get(), tree.edge(), Instant.now(clock)));
            return null;
        });
    }
}
