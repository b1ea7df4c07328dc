package dev.sentinel.audit.store.sqlite;

/** Tells a sleeping index writer that there is work. */
enum Wake {
    INSTANCE
}
