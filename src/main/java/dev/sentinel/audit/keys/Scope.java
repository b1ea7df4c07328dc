package dev.sentinel.audit.keys;

import java.util.Locale;

/** What a key permits. */
public enum Scope {
    /** Send events. */
    INGEST,
    /** Read events and metrics. */
    READ,
    /** Everything, including administration of the server. */
    ADMIN;

    /** The name in the API and on the command line. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
