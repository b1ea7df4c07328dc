package dev.sentinel.audit.forward;

import dev.sentinel.audit.store.DestinationState;

/**
 * Judges whether one more refused event may be skipped. A receiver that refuses one event after the other does not
 * refuse events: it is set up wrongly, and would have all of them skipped. One event loop.
 */
final class Skipping {
    /** In a row, before the receiver has accepted anything. */
    static final int UNPROVEN = 10;

    /** In a row, after it has: then events of one kind may well follow each other. */
    static final int PROVEN = 100;

    private boolean proven;
    private int inARow;
    private boolean told;

    /** @param left the state that the last owner left: what had stopped goes on only if the receiver accepts */
    Skipping(DestinationState left) {
        this.inARow = left == DestinationState.STOPPED ? UNPROVEN : 0;
    }

    /** The receiver has accepted something. */
    void accepted() {
        proven = true;
        inARow = 0;
    }

    /** Whether the next event may be skipped. */
    boolean isAllowed() {
        return inARow < (proven ? PROVEN : UNPROVEN);
    }

    /** An event was skipped. Returns whether somebody should be told: at the first one. */
    boolean skipped() {
        inARow++;
        boolean tell = !told;
        told = true;
        return tell;
    }
}
