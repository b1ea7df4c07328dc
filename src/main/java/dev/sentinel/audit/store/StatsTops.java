package dev.sentinel.audit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Collects the names with the most events and with the most errors from the rows of a statement. One thread. */
public final class StatsTops {
    /** A row with the number of all names and of all events. */
    public static final int ALL = 0;

    /** A name with the most events; such rows are in descending order of events. */
    public static final int BY_EVENTS = 1;

    /** A name with the most errors; such rows are in descending order of errors. */
    public static final int BY_ERRORS = 2;

    private final List<StatsTop> byEvents = new ArrayList<>();
    private final List<StatsTop> byErrors = new ArrayList<>();
    private long names;
    private long events;

    StatsTops() {}

    /**
     * Adds a row. Its columns: a constant of this class; the name, its events and its errors. A row of {@link #ALL} has
     * null, the number of names and the number of events instead.
     */
    void add(StatsRows.Row row) {
        int what = row.smallNumber(0);
        String name = (String) row.value(1);
        long first = row.number(2);
        long second = row.number(3);
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

    Stats.Tops build() {
        return new Stats.Tops(byEvents, byErrors, names, events);
    }
}
