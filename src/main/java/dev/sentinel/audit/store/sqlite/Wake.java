package dev.sentinel.audit.store.sqlite;

/** A notification to the index writer. */
enum Wake {
    /** There is work. */
    WORK,
    /** A reader has seen damage. */
    DAMAGE
}
