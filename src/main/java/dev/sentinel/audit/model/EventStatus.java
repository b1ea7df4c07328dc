package dev.sentinel.audit.model;

import org.jspecify.annotations.Nullable;

/** How an action ended, or that it has not ended yet. */
public enum EventStatus {
    SUCCESS,
    ERROR,
    PENDING,
    DENIED;

    private static final WireNames<EventStatus> NAMES = new WireNames<>(EventStatus.class);

    /** The error message for a value that is not a wire name. */
    public static final String RULE = NAMES.rule();

    /** The name in JSON, in queries and in the database; never changes. */
    public String wireName() {
        return NAMES.of(this);
    }

    /** The constant with this wire name (case-sensitive), or null if there is none. */
    public static @Nullable EventStatus ofWireName(String name) {
        return NAMES.constant(name);
    }
}
