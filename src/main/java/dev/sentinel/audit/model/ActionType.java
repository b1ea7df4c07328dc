package dev.sentinel.audit.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What kind of thing was done. */
public enum ActionType {
    TOOL_CALL,
    HTTP_REQUEST,
    DB_QUERY,
    FILE_READ,
    FILE_WRITE,
    API_CALL,
    POLICY_CHECK;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON, in queries and in the database; never changes. */
    public String wireName() {
        return wireName;
    }

    /** The constant of a wire name (case-sensitive), or null if there is none. */
    public static @Nullable ActionType ofWireName(String name) {
        for (ActionType value : VALUES) {
            if (value.wireName.equals(name)) {
                return value;
            }
        }
        return null;
    }

    private static final ActionType[] VALUES = values();
}
