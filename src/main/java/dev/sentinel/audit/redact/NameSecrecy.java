package dev.sentinel.audit.redact;

/** How certain a name makes it that its value is a secret, in ascending order. */
public enum NameSecrecy {
    /** Nothing. */
    NONE,
    /** A secret if it looks generated: {@code session_key}. Most keys of this kind are ids. */
    GENERATED,
    /** Perhaps a secret: {@code token}, {@code auth}. Prose and models use such names too, so the value decides. */
    LIKELY,
    /** A secret, unless it is a number: {@code access_token}. */
    TEXT,
    /** A secret: {@code password}. */
    ANY
}
