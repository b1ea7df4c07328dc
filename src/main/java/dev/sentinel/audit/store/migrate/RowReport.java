package dev.sentinel.audit.store.migrate;

/** Receives every row that a migration does not take over as it is, in the order of positions. */
public interface RowReport {
    /** Keeps nothing. */
    RowReport NONE = new RowReport() {
        @Override
        public void refused(EventSource.Refused row) {}

        @Override
        public void changed(EventSource.Changed row) {}
    };

    /** A row that is not migrated. */
    void refused(EventSource.Refused row);

    /** A row that is migrated as another event than the one that its client sent. */
    void changed(EventSource.Changed row);
}
