package dev.sentinel.audit.store.migrate;

import java.util.ArrayList;
import java.util.List;

/** Rows that could not be migrated: their number, and the first of them. */
public final class Refusals {
    private static final int MAX_LISTED = 20;

    private final List<EventSource.Refused> first = new ArrayList<>();
    private long count;

    void add(EventSource.Refused refused) {
        if (count++ < MAX_LISTED) {
            first.add(refused);
        }
    }

    public long count() {
        return count;
    }

    /** The first refused rows, at most twenty. */
    public List<EventSource.Refused> first() {
        return List.copyOf(first);
    }
}
