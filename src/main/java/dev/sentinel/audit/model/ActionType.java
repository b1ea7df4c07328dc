package dev.sentinel.audit.model;

import org.jspecify.annotations.Nullable;

/** The kind of action. */
public enum ActionType {
    TOOL_CALL,
    HTTP_REQUEST,
    DB_QUERY,
    FILE_READ,
    FILE_WRITE,
    API_CALL,
    POLICY_CHECK;

    private static final WireNames<ActionType> NAMES = new WireNames<>(ActionType.class);

    /** The error message for a value that is not a wire name. */
    public static final String RULE = NAMES.rule();

    /** The name in JSON, in queries and in the database; never changes. */
    public String wireName() {
        return NAMES.of(this);
    }

    /** The constant with this wire name (case-sensitive), or null if there is none. */
    public static @Nullable ActionType ofWireName(String name) {
        return NAMES.constant(name);
    }
}
