package dev.sentinel.audit.cli.witness;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.evidence.tlog.AddCheckpoint;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.NoteSignature;
import dev.sentinel.audit.evidence.tlog.ProofCheck;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides on checkpoints as c2sp.org/tlog-witness specifies it, add-checkpoint. Blocking, one thread. */
final class Witness {
    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);

    /** What is answered to a request. */
    sealed interface Answer {
        /** 200, with the line of the cosignature. */
        record Cosigned(NoteSignature cosignature) implements Answer {}

        /** 409: the witness has seen another size than the log believes. */
        record OtherSize(long seen) implements Answer {}

        /** Any other status, with a sentence for people. */
        record Refused(int status, String why) implements Answer {}
    }

    private final SigningKey key;
    private final List<VerifierKey> logs;
    private final WitnessState state;
    private final Clock clock;

    /** @param logs the keys of the logs to follow; the name of a key is the origin of its log */
    Witness(SigningKey key, List<VerifierKey> logs, WitnessState state, Clock clock) {
        this.key = key;
        this.logs = List.copyOf(logs);
        this.state = state;
        this.clock = clock;
    }

    VerifierKey verifierKey() {
        return key.verifierKey();
    }

    /** Decides. When it cosigned, what it saw is on disk. Throws {@link dev.sentinel.audit.failure.Unavailable}. */
    Answer add(byte[] body) {
        AddCheckpoint request;
        Checkpoint checkpoint;
        try {
            request = AddCheckpoint.parse(body);
            checkpoint = Checkpoint.parse(request.note().text());
        } catch (MalformedNoteException e) {
            return new Answer.Refused(400, e.getMessage());
        }
        List<VerifierKey> keys = logs.stream()
                .filter(log -> log.name().equals(checkpoint.origin()))
                .toList();
        if (keys.isEmpty()) {
            return new Answer.Refused(404, "This witness does not follow this log.");
        }
        if (keys.stream().noneMatch(request.note()::verifiedBy)) {
            return new Answer.Refused(403, "No key of this log that the witness knows has signed the checkpoint.");
        }
        if (request.oldSize() > checkpoint.size()) {
            return new Answer.Refused(400, "The old size is larger than the checkpoint.");
        }
        return decide(request, checkpoint);
    }

    private Answer decide(AddCheckpoint request, Checkpoint checkpoint) {
        Optional<Checkpoint> last = state.last(checkpoint.origin());
        long seen = last.map(Checkpoint::size).orElse(0L);
        TreeHash root = last.map(Checkpoint::root).orElse(TreeHash.EMPTY);
        if (request.oldSize() != seen) {
            return new Answer.OtherSize(seen);
        }
        if (seen == checkpoint.size() && !root.equals(checkpoint.root())) {
            accuse(request);
            return new Answer.Refused(409, "");
        }
        if (!ProofCheck.consistency(seen, checkpoint.size(), request.proof(), root, checkpoint.root())) {
            accuse(request);
            return new Answer.Refused(422, "The proof does not show that the log has only grown.");
        }
        NoteSignature cosignature =
                key.cosign(request.note().text(), clock.instant().getEpochSecond());
        state.remember(checkpoint.origin(), request.note().with(List.of(cosignature)));
        return new Answer.Cosigned(cosignature);
    }

    /** The log has signed it, so it may be the proof that the log shows two histories. */
    private static void accuse(AddCheckpoint request) {
        LOG.error(
                "checkpoint refused reason=\"it does not continue what was seen\" note={}",
                request.note().toLine("sentinel-checkpoint:"));
    }

    /** What was cosigned last of a log, by the hash that names it; for monitors. */
    Optional<SignedNote> seen(String hashOfOrigin) {
        return logs.stream()
                .map(VerifierKey::name)
                .filter(origin -> HexFormat.of().formatHex(Sha256.of(origin)).equals(hashOfOrigin))
                .findFirst()
                .flatMap(state::note);
    }
}
