package dev.sentinel.audit.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an action ended, or that it has not ended yet. */
public enum EventStatus {
    SUCCESS,
    ERROR,
    PENDING,
    DENIED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON, in queries and in the database; never changes. */
    public String wireName() {
        return wireName;
    }

    /** The constant of a wire name (case-sensitive), or null if there is none. */
    public static @Nullable EventStatus ofWireName(String name) {
        for (EventStatus value : VALUES) {
            if (value.wireName.equals(name)) {
                return value;
            }
        }
        return null;
    }

    private static final EventStatus[] VALUES = values();
}
