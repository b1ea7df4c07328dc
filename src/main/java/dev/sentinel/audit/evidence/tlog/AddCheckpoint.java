package dev.sentinel.audit.evidence.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a log sends to a witness (c2sp.org/tlog-witness, add-checkpoint): a checkpoint, and a proof that its tree begins
 * with the one that the witness has seen.
 *
 * @param oldSize the size that the witness has seen last; 0 if it has seen none
 * @param proof the consistency proof, empty for 0; at most {@value #MAX_HASHES} hashes
 * @param note the signed checkpoint
 */
public record AddCheckpoint(long oldSize, List<TreeHash> proof, SignedNote note) {
    private static final String OLD = "old ";
    private static final int MAX_HASHES = 63;

    /** @throws MalformedNoteException if the size is negative or there are too many hashes */
    public AddCheckpoint {
        if (oldSize < 0) {
            throw new MalformedNoteException("the old size is negative");
        }
        if (proof.size() > MAX_HASHES) {
            throw new MalformedNoteException("the proof has more than " + MAX_HASHES + " hashes");
        }
        proof = List.copyOf(proof);
    }

    /**
     * Parses the body of a request, exactly as {@link #toString} prints it.
     *
     * @throws MalformedNoteException if it is not one
     */
    public static AddCheckpoint parse(byte[] body) {
        String text = Syntax.utf8("the request", body);
        int emptyLine = text.indexOf("\n\n");
        if (emptyLine < 0) {
            throw new MalformedNoteException("the request has no empty line before its checkpoint");
        }
        List<String> lines =
                new ArrayList<>(Arrays.asList(text.substring(0, emptyLine).split("\n", -1)));
        String first = lines.remove(0);
        if (!first.startsWith(OLD)) {
            throw new MalformedNoteException("the request does not start with the old size");
        }
        return new AddCheckpoint(
                Syntax.decimal("the old size", first.substring(OLD.length())),
                lines.stream().map(TreeHash::parse).toList(),
                SignedNote.parse(text.substring(emptyLine + 2)));
    }

    /** Returns the body of the request. */
    @Override
    public String toString() {
        StringBuilder body = new StringBuilder(OLD).append(oldSize).append('\n');
        proof.forEach(hash -> body.append(hash.base64()).append('\n'));
        return body.append('\n').append(note).toString();
    }
}
