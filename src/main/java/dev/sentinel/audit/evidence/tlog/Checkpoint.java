package dev.sentinel.audit.evidence.tlog;

/**
 * The state of a log that its key signs (c2sp.org/tlog-checkpoint).
 *
 * @param origin names the log; one line that is not empty
 * @param size the number of leaves
 * @param root of the tree with these leaves
 */
public record Checkpoint(String origin, long size, TreeHash root) {

    /** @throws MalformedNoteException if the origin is not a line, or the size is negative or not that of the root */
    public Checkpoint {
        if (origin.isEmpty() || origin.indexOf('\n') >= 0) {
            throw new MalformedNoteException("the origin is not a line");
        }
        Syntax.requireNoteCharacters("the origin", origin);
        if (size < 0) {
            throw new MalformedNoteException("the tree size is negative");
        }
        if (size == 0 && !root.equals(TreeHash.EMPTY)) {
            throw new MalformedNoteException("the root is not that of an empty tree");
        }
    }

    /**
     * Parses the text of a note. Extension lines are ignored; this project writes none.
     *
     * @throws MalformedNoteException if it is not the text of a checkpoint
     */
    public static Checkpoint parse(String noteText) {
        SignedNote.requireText(noteText);
        String[] lines = noteText.substring(0, noteText.length() - 1).split("\n", -1);
        if (lines.length < 3) {
            throw new MalformedNoteException("the checkpoint does not have three lines: origin, tree size and root");
        }
        for (String line : lines) {
            if (line.isEmpty()) {
                throw new MalformedNoteException("the checkpoint has an empty line");
            }
        }
        return new Checkpoint(lines[0], Syntax.decimal("the tree size", lines[1]), TreeHash.parse(lines[2]));
    }

    /** Returns the text to sign. */
    public String text() {
        return origin + "\n" + size + "\n" + root.base64() + "\n";
    }
}
