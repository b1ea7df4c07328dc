package dev.sentinel.audit.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who acted. */
public enum ActorType {
    AGENT,
    HUMAN,
    SYSTEM;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON, in queries and in the database; never changes. */
    public String wireName() {
        return wireName;
    }

    /** The constant of a wire name (case-sensitive), or null if there is none. */
    public static @Nullable ActorType ofWireName(String name) {
        for (ActorType value : VALUES) {
            if (value.wireName.equals(name)) {
                return value;
            }
        }
        return null;
    }

    private static final ActorType[] VALUES = values();
}
