package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.TlogProof;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.function.LongFunction;

/** A checkpoint by which events are proven that it covers. Any thread. */
public final class Covering {
    private final LogProofs proofs;
    private final Published published;
    private final List<String> verifierKeys;

    Covering(LogProofs proofs, Published published, List<String> verifierKeys) {
        this.proofs = proofs;
        this.published = published;
        this.verifierKeys = List.copyOf(verifierKeys);
    }

    /** The number of events that it covers: those at smaller positions. */
    public long size() {
        return published.size();
    }

    /** The signed note, as it is served. */
    public String note() {
        return published.note().toString();
    }

    /** The name of the log. */
    public String origin() {
        return published.checkpoint().origin();
    }

    /** The public keys of all numbers of the log, newest first. */
    public List<String> verifierKeys() {
        return verifierKeys;
    }

    /**
     * Proves one event.
     *
     * @param seq its position, less than {@link #size}
     * @param leaf its leaf, which goes with the proof
     * @return the text of a file of c2sp.org/tlog-proof
     */
    public Future<String> proof(long seq, byte[] leaf) {
        return proofs.proof(published, seq, leaf).map(TlogProof::toString);
    }

    /**
     * Reads what proves some events, all at once.
     *
     * @param positions of the events, each less than {@link #size}
     * @return what returns the proof for one of these positions, without a leaf; about 0.1 ms of work each
     */
    public Future<LongFunction<String>> prover(Collection<Long> positions) {
        return proofs.prover(published, positions);
    }
}
