package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proves that the events of an export are the beginning of the signed log, or that each is in it. Any thread. */
public final class ExportProofs {
    private static final Logger LOG = LoggerFactory.getLogger(ExportProofs.class);

    /** A checkpoint covers an event within a second; the disk may be slow. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final long POLL_MS = 100;

    /**
     * The proof for a number of events.
     *
     * @param consistency hashes in base64: that the tree of these events is the beginning of the one of the checkpoint
     * @param checkpoint a signed note
     */
    public record ExportProof(long size, List<String> consistency, String checkpoint) {
        public ExportProof {
            consistency = List.copyOf(consistency);
        }
    }

    private final Vertx vertx;
    private final Evidence evidence;
    private final LogReader log;
    private final Optional<LogProofs> proofs;

    /** @param store empty if the log is not signed */
    public ExportProofs(Vertx vertx, Optional<TreeStore> store, Evidence evidence, LogReader log) {
        this.vertx = vertx;
        this.log = log;
        this.evidence = evidence;
        this.proofs = store.map(LogProofs::new);
    }

    /**
     * The proof for the first events of the log. Empty if the log is not signed, or no checkpoint covers them soon: a
     * file without a proof is better than no file. Never fails.
     */
    public Future<Optional<ExportProof>> of(long size) {
        return proofs.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : of(proofs.get(), size, TIMEOUT.toMillis()).otherwise(cause -> {
                    LOG.warn("export without a proof events={} reason=\"{}\"", size, cause.getMessage());
                    return Optional.empty();
                });
    }

    /**
     * The newest checkpoint, once it covers all events below a snapshot bound, of which the last ones may not even have
     * a position yet. Fails with a problem for the client: 404 if the log is not signed, 503 if no checkpoint covers
     * them soon.
     *
     * @param snapshotBound of {@link dev.sentinel.audit.store.EventFinder#snapshotBound}
     */
    public Future<Covering> covering(long snapshotBound) {
        return proofs.isEmpty()
                ? Future.failedFuture(
                        new Problem(404, "This server does not sign its log, because EVIDENCE is off.").asException())
                : covering(proofs.get(), snapshotBound, TIMEOUT.toMillis());
    }

    private Future<Covering> covering(LogProofs tree, long snapshotBound, long waitMs) {
        OptionalLong size = log.sizeCovering(snapshotBound);
        Published published = evidence.now().published();
        if (published != null && size.isPresent() && published.size() >= size.getAsLong()) {
            return Future.succeededFuture(new Covering(tree, published, evidence.verifierKeys()));
        }
        return waitMs <= 0 || !evidence.state().isAtWork()
                ? Future.failedFuture(
                        new Problem(503, "No checkpoint covers all of these events: " + reason(size.isPresent()) + ".")
                                .asException())
                : vertx.timer(POLL_MS, TimeUnit.MILLISECONDS)
                        .compose(again -> covering(tree, snapshotBound, waitMs - POLL_MS));
    }

    private String reason(boolean havePositions) {
        return havePositions
                ? evidence.meaning()
                : "the last ones have no position yet, because a transaction of the database has not ended";
    }

    private Future<Optional<ExportProof>> of(LogProofs tree, long size, long waitMs) {
        Published published = evidence.now().published();
        if (published != null && published.size() >= size) {
            return tree.consistency(published, size, published.size())
                    .map(hashes -> Optional.of(new ExportProof(
                            size,
                            hashes.stream().map(TreeHash::base64).toList(),
                            published.note().toString())));
        }
        return waitMs <= 0 || !evidence.state().isAtWork()
                ? Future.succeededFuture(Optional.empty())
                : vertx.timer(POLL_MS, TimeUnit.MILLISECONDS).compose(again -> of(tree, size, waitMs - POLL_MS));
    }
}
