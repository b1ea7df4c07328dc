package dev.sentinel.audit.model;

import org.jspecify.annotations.Nullable;

/** The kind of actor. */
public enum ActorType {
    AGENT,
    HUMAN,
    SYSTEM;

    private static final WireNames<ActorType> NAMES = new WireNames<>(ActorType.class);

    /** The error message for a value that is not a wire name. */
    public static final String RULE = NAMES.rule();

    /** The name in JSON, in queries and in the database; never changes. */
    public String wireName() {
        return NAMES.of(this);
    }

    /** The constant with this wire name (case-sensitive), or null if there is none. */
    public static @Nullable ActorType ofWireName(String name) {
        return NAMES.constant(name);
    }
}
