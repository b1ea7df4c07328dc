package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server knows of its signed log, for those who serve and watch it. Any thread. */
public final class Evidence {
    private static final Logger LOG = LoggerFactory.getLogger(Evidence.class);

    /**
     * A moment.
     *
     * @param state of the signer
     * @param published null before the first checkpoint of this process
     * @param witnessed the newest checkpoint that witnesses have cosigned as the policy asks; null before the first
     * @param reason what cannot be done, without a path; null unless something fails
     */
    record Now(
            EvidenceState state,
            @Nullable Published published,
            @Nullable Published witnessed,
            @Nullable String reason) {}

    private final AtomicReference<Now> now;
    private volatile List<String> verifierKeys = List.of();
    private volatile List<WitnessStatus> witnesses = List.of();

    /** @param state of the start: {@link EvidenceState#STARTING}, or {@link EvidenceState#OFF} for good */
    public Evidence(EvidenceState state) {
        now = new AtomicReference<>(new Now(state, null, null, null));
    }

    Now now() {
        return now.get();
    }

    /** The current state, for people: that of the signer, unless that is well and a witness knows another tree. */
    public EvidenceState state() {
        EvidenceState state = now.get().state;
        boolean isWell = state == EvidenceState.SIGNING
                || state == EvidenceState.CATCHING_UP
                || state == EvidenceState.FOLLOWING;
        return isWell && witnesses.stream().anyMatch(WitnessStatus::knowsAnotherTree) ? EvidenceState.FORK : state;
    }

    /** One sentence for people: what the state means, what to do, and what fails. */
    String meaning() {
        EvidenceState state = state();
        String reason = now.get().reason;
        // Empty if it failed before it did anything.
        boolean hasReason = state == EvidenceState.FAILING && reason != null && !reason.isEmpty();
        return state.meaning() + (hasReason ? "; it cannot " + reason : "");
    }

    /** The newest checkpoint, with its signatures; null before the first of this process. */
    public @Nullable SignedNote newest() {
        Published published = now.get().published;
        return published == null ? null : published.note();
    }

    /** The number of events that the newest checkpoint covers; empty before the first of this process. */
    public OptionalLong size() {
        Published published = now.get().published;
        return published == null ? OptionalLong.empty() : OptionalLong.of(published.size());
    }

    /** How long ago the newest checkpoint was signed; null before the first of this process. */
    public @Nullable Duration age(Clock clock) {
        Published published = now.get().published;
        return published == null ? null : Duration.between(published.signedAt(), Instant.now(clock));
    }

    /** The public keys of all numbers of the log, newest first. */
    List<String> verifierKeys() {
        return verifierKeys;
    }

    void verifierKeys(List<String> keys) {
        verifierKeys = List.copyOf(keys);
    }

    /** Changes the state; what was published stays. */
    void enter(EvidenceState state) {
        now.updateAndGet(
                before -> before.state == state ? before : new Now(state, before.published, before.witnessed, null));
    }

    /**
     * Enters a state in which nothing is signed, and says so once.
     *
     * @param details for the log line, each as {@code " key=value"}
     */
    void halt(EvidenceState state, String details) {
        EvidenceState before = now.get().state;
        enter(state);
        if (before == state || !state.isNoteworthy()) {
            return;
        }
        String line = "log not signed state={}{} effect=\"events are recorded but not signed\" fix=\"{}\"";
        if (state.isAlarm()) {
            LOG.error(line, state.wireName(), details, state.meaning());
        } else {
            LOG.warn(line, state.wireName(), details, state.meaning());
        }
    }

    /** Enters {@link EvidenceState#FAILING}. */
    void fail(String reason) {
        now.updateAndGet(before -> new Now(EvidenceState.FAILING, before.published, before.witnessed, reason));
    }

    /** Whether this checkpoint, or a larger one of the same number of the log, is published. */
    boolean isPublished(Checkpoint checkpoint) {
        Published published = now.get().published;
        return published != null
                && published.checkpoint().origin().equals(checkpoint.origin())
                && published.size() >= checkpoint.size();
    }

    void publish(EvidenceState state, Published published) {
        now.updateAndGet(before -> new Now(state, published, before.witnessed, null));
    }

    /**
     * Adds cosignatures to a checkpoint that was published.
     *
     * @param cosigned with all of its cosignatures
     * @param hasQuorum whether they are those that the policy asks for
     */
    void cosign(Published cosigned, boolean hasQuorum) {
        now.updateAndGet(before -> new Now(
                before.state,
                before.published != null && before.published.checkpoint().equals(cosigned.checkpoint())
                        ? cosigned
                        : before.published,
                hasQuorum ? cosigned : before.witnessed,
                before.reason));
    }

    /** What the witnesses of the policy know, in its order; empty without a policy. */
    List<WitnessStatus> witnesses() {
        return witnesses;
    }

    void witnesses(List<WitnessStatus> known) {
        witnesses = List.copyOf(known);
    }
}
