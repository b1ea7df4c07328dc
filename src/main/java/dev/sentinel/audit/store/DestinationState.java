package dev.sentinel.audit.store;

import java.util.Locale;

/** Whether a destination is delivered to, and why not. */
public enum DestinationState {
    /** Deliveries succeed, or have failed only for minutes. */
    RUNNING,
    /** Deliveries have failed for a while, and go on. */
    FAILING,
    /** Somebody must act. The server looks again now and then, and at once after a change. */
    STOPPED,
    /** An administrator has paused it. */
    PAUSED,
    /** The cursor is beyond the log, as after a restore: an administrator must say where to go on. */
    RESET;

    /** Whether only an administrator ends it. */
    public boolean isHeld() {
        return this == PAUSED || this == RESET;
    }

    /** The name in the API, in metrics and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws {@link IllegalArgumentException} for a name that none has. */
    public static DestinationState ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
