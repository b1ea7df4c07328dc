package dev.sentinel.audit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Those with the most, from the rows of a statement. One thread. */
public final class StatsTops {
    /** A row that tells how many names there are, and how many events in all. */
    public static final int ALL = 0;

    /** A row of one of those with the most events, beginning with the most. */
    public static final int BY_EVENTS = 1;

    /** A row of one of those with the most errors, beginning with the most. */
    public static final int BY_ERRORS = 2;

    private final List<StatsTop> byEvents = new ArrayList<>();
    private final List<StatsTop> byErrors = new ArrayList<>();
    private long names;
    private long events;

    /**
     * Adds a row.
     *
     * @param what one of the constants of this class
     * @param name null in the row of all
     * @param first its events, or how many names there are
     * @param second its errors, or how many events there are
     */
    public void add(int what, @Nullable String name, long first, long second) {
        switch (what) {
            case ALL -> {
                names = first;
                events = second;
            }
            case BY_EVENTS -> byEvents.add(new StatsTop(Objects.requireNonNull(name), first, second));
            case BY_ERRORS -> byErrors.add(new StatsTop(Objects.requireNonNull(name), first, second));
            default -> throw new IllegalArgumentException("what is " + what);
        }
    }

    public Stats.Tops build() {
        return new Stats.Tops(byEvents, byErrors, names, events);
    }
}
