package dev.sentinel.audit.keys;

import java.util.Locale;

/** What a key is for. */
public enum Scope {
    /** Sending events. */
    INGEST,
    /** Reading events, and metrics. */
    READ,
    /** Everything, including what administers the server. */
    ADMIN;

    /** As it is spelled on the wire and on the command line. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
