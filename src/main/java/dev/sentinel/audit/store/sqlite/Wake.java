package dev.sentinel.audit.store.sqlite;

/** What the index writer is told. */
enum Wake {
    /** There is work. */
    WORK,
    /** A reader has seen damage. */
    DAMAGE
}
