package dev.sentinel.audit.evidence;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the server knows of its signed log, for those who serve and watch it. Any thread. */
public final class Evidence {
    /**
     * A moment.
     *
     * @param published null before the first checkpoint of this process
     * @param reason what cannot be done, without a path; null unless something fails
     */
    record Now(
            EvidenceState state,
            @Nullable Published published,
            @Nullable String reason) {

        /** One sentence for people: what the state means, what to do, and what fails. */
        String meaning() {
            return reason == null ? state.meaning() : state.meaning() + "; it cannot " + reason;
        }
    }

    private final AtomicReference<Now> now;
    private volatile List<String> verifierKeys = List.of();

    /** @param state of the start: {@link EvidenceState#STARTING}, or {@link EvidenceState#OFF} for good */
    public Evidence(EvidenceState state) {
        now = new AtomicReference<>(new Now(state, null, null));
    }

    Now now() {
        return now.get();
    }

    /** The current state. */
    public EvidenceState state() {
        return now.get().state;
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
        now.updateAndGet(before -> before.state == state ? before : new Now(state, before.published, null));
    }

    /** Enters {@link EvidenceState#FAILING}. */
    void fail(String reason) {
        now.updateAndGet(before -> new Now(EvidenceState.FAILING, before.published, reason));
    }

    void publish(EvidenceState state, Published published) {
        now.set(new Now(state, published, null));
    }
}
