package dev.sentinel.audit.store;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The number of events of each kind. Each event is counted once by status, once by action type and once by actor.
 * Immutable.
 */
public final class StatsCounts {
    /**
     * The names of the counts, in order: the wire names of all statuses, action types and actors, all of them
     * different.
     */
    public static final List<String> NAMES = Stream.of(
                    Arrays.stream(EventStatus.values()).map(EventStatus::wireName),
                    Arrays.stream(ActionType.values()).map(ActionType::wireName),
                    Arrays.stream(ActorType.values()).map(ActorType::wireName))
            .flatMap(names -> names)
            .toList();

    private static final int FIRST_ACTION_TYPE = EventStatus.values().length;
    private static final int FIRST_ACTOR = FIRST_ACTION_TYPE + ActionType.values().length;

    private final long[] counts;

    /** Takes ownership of the array, which is in the order of {@link #NAMES}. */
    StatsCounts(long[] counts) {
        this.counts = counts;
    }

    /** The number of all events. */
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

    /** The index in {@link #NAMES}. */
    @SuppressWarnings("EnumOrdinal") // Only in memory: stores use the names.
    public static int placeOf(EventStatus status) {
        return status.ordinal();
    }

    /** The index in {@link #NAMES}. */
    @SuppressWarnings("EnumOrdinal") // Only in memory: stores use the names.
    public static int placeOf(ActionType actionType) {
        return FIRST_ACTION_TYPE + actionType.ordinal();
    }

    /** The index in {@link #NAMES}. */
    @SuppressWarnings("EnumOrdinal") // Only in memory: stores use the names.
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
