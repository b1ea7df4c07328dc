package dev.sentinel.audit.forward;

import java.util.Locale;

/** What to do with an event that the other side refuses, and no other. */
public enum OnRefused {
    /** Stop until an administrator decides. */
    STOP,
    /** Keep its position and the reason, and go on with the next one. */
    SKIP;

    /** The name in the API and in URLs. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
