package dev.sentinel.audit.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A destination with its cursor.
 *
 * @param id what operators call it
 * @param definition what it is, as text that the store does not read
 * @param revision grows whenever an administrator changes the definition or the state
 * @param next position of the first event that may not be delivered yet
 * @param replay if this is the temporary cursor of a replay; null otherwise
 * @param error why a delivery failed, for people; null if the last one succeeded
 * @param refused events that were skipped because the other side refused them
 * @param owner the server that delivers now; null if no lease is valid
 * @param fence of the owner; grows whenever the owner changes, over all destinations, and never returns to a value
 * @param advanced when the cursor last moved, by the clock of the database; null if it never did
 */
public record StoredDestination(
        String id,
        String definition,
        long revision,
        long next,
        @Nullable Replay replay,
        DestinationState state,
        @Nullable String error,
        long refused,
        @Nullable String owner,
        long fence,
        @Nullable Instant advanced) {

    /**
     * A part of the log that goes to a destination again.
     *
     * @param of the destination
     * @param until the position after the last one
     */
    public record Replay(String of, long until) {}

    /** A destination that begins at a position, without history. */
    public static StoredDestination starting(String id, String definition, long next, @Nullable Replay replay) {
        return new StoredDestination(id, definition, 0, next, replay, DestinationState.RUNNING, null, 0, null, 0, null);
    }

    /** Says that the cursor is beyond a log that ends there, and what to do. */
    public String beyond(long end) {
        return "the next position is " + next + ", but the log ends at " + end + "; say where to go on";
    }

    /** A copy in another state. */
    public StoredDestination in(DestinationState other, @Nullable String why) {
        return new StoredDestination(
                id, definition, revision, next, replay, other, why, refused, owner, fence, advanced);
    }
}
