package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.Policy;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.files.PrivateFiles;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest checkpoint that the witnesses have cosigned, so that it is served after a start, too: they may be
 * away then. Nothing rests on it: without it, they are asked again. Blocking, but for the tree; does not fail.
 */
final class WitnessedFile {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessedFile.class);

    private final Path file;
    private final LogProofs proofs;

    /** @param signingKey beside which the file is */
    WitnessedFile(Path signingKey, LogProofs proofs) {
        Path key = signingKey.toAbsolutePath();
        this.file = key.resolveSibling(key.getFileName() + ".witnessed");
        this.proofs = proofs;
    }

    void keep(SignedNote cosigned) {
        try {
            PrivateFiles.createDirectories(file.getParent());
            PrivateFiles.replace(file, cosigned.toString().getBytes(UTF_8));
        } catch (IOException e) {
            LOG.warn("cosigned checkpoint not kept reason=\"{}\"", e.getMessage());
        }
    }

    /**
     * The checkpoint that was kept, if it is one of this log that the policy still accepts.
     *
     * @param newest what the log has signed since
     */
    Future<Optional<Published>> read(Published newest, Policy policy, Evidence evidence) {
        Optional<SignedNote> kept;
        try {
            kept = SignerFiles.read(file)
                    .map(text -> SignedNote.parse(new String(text, UTF_8)))
                    .filter(note -> LogKeys.isSigned(note, evidence.verifierKeys()) && policy.witnessedBy(note))
                    .filter(note -> isBefore(Checkpoint.parse(note.text()), newest.checkpoint()));
        } catch (Unavailable | MalformedNoteException e) {
            LOG.warn("cosigned checkpoint not read reason=\"{}\"", e.getMessage());
            return Future.succeededFuture(Optional.empty());
        }
        return kept.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : proofs.earlier(newest, kept.get()).otherwise(cause -> {
                    LOG.warn("cosigned checkpoint not served reason=\"{}\"", cause.getMessage());
                    return Optional.empty();
                });
    }

    private static boolean isBefore(Checkpoint kept, Checkpoint newest) {
        return kept.origin().equals(newest.origin()) && kept.size() > 0 && kept.size() <= newest.size();
    }
}
