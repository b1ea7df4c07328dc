package dev.sentinel.audit.evidence.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A proof that an entry is in a log, to be kept in a file (c2sp.org/tlog-proof).
 *
 * @param index of the entry
 * @param hashes the inclusion proof, at most 63
 * @param extra anything that helps to compute the leaf, about 48 KB at most; nothing vouches for it; not copied
 * @param checkpointNote the signed checkpoint of the tree, as {@link SignedNote#toString} prints it
 */
public record TlogProof(long index, List<TreeHash> hashes, Optional<byte[]> extra, String checkpointNote) {
    private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";
    private static final int MAX_HASHES = 63;

    /** A line with its line feed. Go's bufio.Scanner, which tools read proofs with, fails for longer ones. */
    private static final int MAX_LINE = 65_535;

    /** Two long lines, the hashes and the rest. */
    private static final int MAX_LENGTH = 3 * MAX_LINE;

    /**
     * @throws MalformedNoteException if the index is negative, there are too many hashes, the extra data is too long,
     *     or the checkpoint is not a note; what the note says is not looked at
     */
    public TlogProof {
        if (index < 0) {
            throw new MalformedNoteException("the index is negative");
        }
        if (hashes.size() > MAX_HASHES) {
            throw new MalformedNoteException("the proof has more than " + MAX_HASHES + " hashes");
        }
        hashes = List.copyOf(hashes);
        extra.map(Syntax::base64).ifPresent(text -> requireLength(EXTRA + text));
        SignedNote.parse(checkpointNote);
        checkpointNote.lines().forEach(TlogProof::requireLength);
    }

    private static void requireLength(String line) {
        if (line.length() >= MAX_LINE) {
            throw new MalformedNoteException("the proof has a line over 64 KiB");
        }
    }

    /**
     * Parses the text of a proof, exactly as {@link #toString} prints it.
     *
     * @throws MalformedNoteException if it is not a proof
     */
    public static TlogProof parse(String proof) {
        if (proof.length() > MAX_LENGTH) {
            throw new MalformedNoteException("the proof is longer than " + MAX_LENGTH + " characters");
        }
        int emptyLine = proof.indexOf("\n\n");
        if (emptyLine < 0) {
            throw new MalformedNoteException("the proof has no empty line before its checkpoint");
        }
        List<String> lines =
                new ArrayList<>(Arrays.asList(proof.substring(0, emptyLine).split("\n", -1)));
        if (!lines.remove(0).equals(FIRST_LINE)) {
            throw new MalformedNoteException("the proof does not start with " + FIRST_LINE);
        }
        Optional<byte[]> extra = Optional.empty();
        if (!lines.isEmpty() && lines.get(0).startsWith(EXTRA)) {
            extra = Optional.of(Syntax.base64("the extra data", lines.remove(0).substring(EXTRA.length())));
        }
        if (lines.isEmpty() || !lines.get(0).startsWith(INDEX)) {
            throw new MalformedNoteException("the proof has no line with the index");
        }
        long index = Syntax.decimal("the index", lines.remove(0).substring(INDEX.length()));
        return new TlogProof(
                index, lines.stream().map(TreeHash::parse).toList(), extra, proof.substring(emptyLine + 2));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlogProof that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return Objects.hash(index, hashes, checkpointNote);
    }

    /** Returns the text of the file. */
    @Override
    public String toString() {
        StringBuilder proof = new StringBuilder(FIRST_LINE).append('\n');
        extra.ifPresent(
                bytes -> proof.append(EXTRA).append(Syntax.base64(bytes)).append('\n'));
        proof.append(INDEX).append(index).append('\n');
        hashes.forEach(hash -> proof.append(hash.base64()).append('\n'));
        return proof.append('\n').append(checkpointNote).toString();
    }
}
