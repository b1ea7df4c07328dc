package dev.sentinel.audit.store.postgres;

/**
 * How far the log is sequenced: every arrival below is visible for good, or never will be.
 *
 * @param nextSeq how many events are below
 */
record Watermark(long nextArrival, long nextSeq) {}
