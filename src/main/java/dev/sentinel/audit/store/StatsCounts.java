package dev.sentinel.audit.store;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** How many events there are of each kind; each is counted once by status, by action type and by actor. Immutable. */
public final class StatsCounts {
    /** What is counted, in order: the wire names of all statuses, action types and actors. No two are the same. */
    public static final List<String> NAMES = Stream.of(
                    Arrays.stream(EventStatus.values()).map(EventStatus::wireName),
                    Arrays.stream(ActionType.values()).map(ActionType::wireName),
                    Arrays.stream(ActorType.values()).map(ActorType::wireName))
            .flatMap(names -> names)
            .toList();

    private static final int FIRST_ACTION_TYPE = EventStatus.values().length;
    private static final int FIRST_ACTOR = FIRST_ACTION_TYPE + ActionType.values().length;

    private final long[] counts;

    /** Takes the array over; in the order of {@link #NAMES}. */
    StatsCounts(long[] counts) {
        this.counts = counts;
    }

    /** All. */
    public long events() {
        return Arrays.stream(counts, 0, FIRST_ACTION_TYPE).sum();
    }

    public long of(EventStatus status) {
        return counts[placeOf(status)];
    }

    public long of(ActionType actionType) {
        return counts[placeOf(actionType)];
    }

    public long of(ActorType actor) {
        return counts[placeOf(actor)];
    }

    /** In {@link #NAMES}. */
    @SuppressWarnings("EnumOrdinal") // Of memory only: what is stored has names.
    public static int placeOf(EventStatus status) {
        return status.ordinal();
    }

    /** In {@link #NAMES}. */
    @SuppressWarnings("EnumOrdinal") // Of memory only: what is stored has names.
    public static int placeOf(ActionType actionType) {
        return FIRST_ACTION_TYPE + actionType.ordinal();
    }

    /** In {@link #NAMES}. */
    @SuppressWarnings("EnumOrdinal") // Of memory only: what is stored has names.
    public static int placeOf(ActorType actor) {
        return FIRST_ACTOR + actor.ordinal();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StatsCounts that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts);
    }
}
