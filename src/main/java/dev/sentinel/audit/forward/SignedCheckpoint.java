package dev.sentinel.audit.forward;

/**
 * A checkpoint of the signed log.
 *
 * @param size how many events it covers: those at the positions before this one
 * @param note as the log serves it, with its signatures (c2sp.org/tlog-checkpoint)
 */
public record SignedCheckpoint(long size, String note) {}
