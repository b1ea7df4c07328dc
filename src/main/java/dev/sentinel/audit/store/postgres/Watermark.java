package dev.sentinel.audit.store.postgres;

/**
 * How far the log is sequenced: every arrival below {@code nextArrival} is either permanently visible or will never
 * exist.
 *
 * @param nextSeq the number of events below
 */
record Watermark(long nextArrival, long nextSeq) {}
