package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.NoteSignature;
import dev.sentinel.audit.evidence.tlog.Policy;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the witnesses of the policy to cosign the newest checkpoint, in rounds: all of a round see the same one, so that
 * their cosignatures make a quorum together. Each round asks again, also if no event came, so the age of a cosignature
 * tells whether the witness is there. Deployed once, as a worker with a pool of its own: nothing waits for it, neither
 * the signer nor a client.
 */
public final class WitnessVerticle extends VerticleBase {
    private static final long TICK_MS = 1_000;

    /** Rounds come at least this often, whatever the configuration, because alerts look at the age. */
    private static final Duration MAX_ROUND = Duration.ofMinutes(5);

    /** Doubles with each failure in a row, from a second on. */
    private static final int MAX_BACKOFF_DOUBLINGS = 8;

    /** A witness and when to ask it. */
    private static final class Turn {
        private final WitnessClient client;
        private boolean asking;
        private boolean cosigned;
        private int failures;
        private long dueAt = System.nanoTime();

        private Turn(WitnessClient client) {
            this.client = client;
        }
    }

    private final Policy policy;
    private final Duration every;
    private final LogProofs proofs;
    private final WitnessedFile kept;
    private final Evidence evidence;
    private final Clock clock;
    private final List<Turn> turns = new ArrayList<>();
    private @Nullable HttpClient http;
    /** The checkpoint of the round, with the cosignatures that it has by now; null before the first. */
    private @Nullable Published round;

    private boolean recalled;

    private long roundEndsAt;

    /**
     * Creates a verticle.
     *
     * @param every how often witnesses are asked
     * @param signingKey beside which the newest checkpoint with cosignatures is kept
     */
    public WitnessVerticle(
            Policy policy, Duration every, Path signingKey, TreeStore store, Evidence evidence, Clock clock) {
        this.policy = policy;
        this.every = every.compareTo(MAX_ROUND) > 0 ? MAX_ROUND : every;
        this.proofs = new LogProofs(store);
        this.kept = new WitnessedFile(signingKey, proofs);
        this.evidence = evidence;
        this.clock = clock;
        evidence.witnesses(policy.witnesses().stream()
                .map(witness -> WitnessStatus.waiting(witness.name()))
                .toList());
    }

    @Override
    public Future<?> start() {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(true));
        http = client;
        policy.witnesses().forEach(witness -> turns.add(new Turn(new WitnessClient(client, witness, proofs, clock))));
        vertx.setPeriodic(TICK_MS, tick -> work());
        return Future.succeededFuture();
    }

    private void work() {
        long now = System.nanoTime();
        recall();
        if (round == null || now - roundEndsAt >= 0) {
            begin(now);
        }
        Published asked = round;
        if (asked != null) {
            for (Turn turn : turns) {
                if (!turn.asking && !turn.cosigned && now - turn.dueAt >= 0) {
                    ask(turn, asked);
                }
            }
        }
    }

    /** Serves what was cosigned before the start, until witnesses have cosigned again. */
    private void recall() {
        Published newest = evidence.now().published();
        if (recalled || newest == null || newest.size() == 0) {
            return;
        }
        recalled = true;
        kept.read(newest, policy, evidence)
                .onSuccess(found -> found.filter(cosigned -> evidence.now().witnessed() == null)
                        .ifPresent(cosigned -> evidence.cosign(cosigned, true)));
    }

    private void begin(long now) {
        Published newest = evidence.now().published();
        if (newest == null || newest.size() == 0) {
            return;
        }
        round = newest;
        roundEndsAt = now + every.toNanos();
        turns.forEach(turn -> turn.cosigned = false);
    }

    private void ask(Turn turn, Published asked) {
        turn.asking = true;
        turn.client.ask(asked).onComplete(answer -> {
            turn.asking = false;
            if (answer.succeeded() && answer.result().isPresent()) {
                turn.failures = 0;
                turn.dueAt = System.nanoTime();
                add(turn, asked, answer.result().get());
            } else {
                turn.failures = Math.min(turn.failures + 1, MAX_BACKOFF_DOUBLINGS);
                turn.dueAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(1L << turn.failures);
            }
            evidence.witnesses(turns.stream().map(each -> each.client.status()).toList());
        });
    }

    /** A round may have ended while the witness thought. Its cosignature is then too late for the quorum. */
    private void add(Turn turn, Published asked, NoteSignature cosignature) {
        Published current = round;
        if (current != null && current.checkpoint().equals(asked.checkpoint())) {
            turn.cosigned = true;
            Published cosigned = current.with(current.note().with(List.of(cosignature)));
            round = cosigned;
            boolean hasQuorum = policy.witnessedBy(cosigned.note());
            if (hasQuorum) {
                kept.keep(cosigned.note());
            }
            evidence.cosign(cosigned, hasQuorum);
        }
    }

    @Override
    public Future<?> stop() {
        return http == null ? Future.succeededFuture() : http.close();
    }
}
