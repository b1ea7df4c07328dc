package dev.sentinel.audit.store.migrate;

import java.util.ArrayList;
import java.util.List;

/** Rows that could not be migrated: their number, and the first of them. All of them are in the {@link RowReport}. */
public final class Refusals {
    private static final int MAX_LISTED = 20;

    private final RowReport report;
    private final List<EventSource.Refused> first = new ArrayList<>();
    private long count;
    private long changed;

    /** Without a report. */
    public Refusals() {
        this(RowReport.NONE);
    }

    Refusals(RowReport report) {
        this.report = report;
    }

    void add(EventSource.Rows rows) {
        rows.refused().forEach(this::add);
        rows.changed().forEach(row -> {
            changed++;
            report.changed(row);
        });
    }

    void add(EventSource.Refused refused) {
        if (count++ < MAX_LISTED) {
            first.add(refused);
        }
        report.refused(refused);
    }

    public long count() {
        return count;
    }

    /** The number of rows that were migrated with a change. */
    public long changed() {
        return changed;
    }

    /** The first refused rows, at most twenty. */
    public List<EventSource.Refused> first() {
        return List.copyOf(first);
    }
}
