package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.ProofCheck;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.TlogProof;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks the proofs in the lines of an export, all of which lead to one checkpoint. One thread. */
final class LineProofs {
    private final Trust trust;
    private final Findings findings;
    private @Nullable Anchor own;
    private long without;

    LineProofs(Trust trust, Findings findings) {
        this.trust = trust;
        this.findings = findings;
    }

    /** Checks the proof of a line, if it has one. */
    void check(JsonLeaf event, long line) {
        String text = event.proof();
        if (text == null) {
            without++;
            return;
        }
        try {
            TlogProof proof = TlogProof.parse(text);
            if (own == null) {
                own = trust.anchor("the proofs of the lines", "proof", false, SignedNote.parse(proof.checkpointNote()));
            }
            if (!proof.checkpointNote().equals(own.note().toString())) {
                findings.add(new Finding.Line(line, "its proof leads to another checkpoint than those before"));
            } else if (proof.index() != event.seq()
                    || !ProofCheck.inclusion(
                            TreeHash.leaf(event.bytes()),
                            proof.index(),
                            own.size(),
                            proof.hashes(),
                            own.checkpoint().root())) {
                findings.event(Finding.Problem.ALTERED, event.seq());
            }
        } catch (MalformedNoteException e) {
            findings.add(new Finding.Line(line, "its proof is malformed: " + e.getMessage()));
        }
    }

    /** The checkpoint that the proofs lead to; empty if no line has a proof. */
    Optional<Anchor> anchor() {
        return Optional.ofNullable(own);
    }

    /** The number of lines that have no proof. */
    long without() {
        return without;
    }
}
