package dev.sentinel.audit.evidence.tlog;

/**
 * The tile or entry bundle that a path names.
 *
 * @param width 1 to 256 hashes or entries; less than 256 if it is partial
 */
public record TilePath(TileId id, int width) {}
