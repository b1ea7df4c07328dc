package dev.sentinel.audit.store;

/**
 * Hands on the hashes of leaves while they are at hand, so that no event is read only to be hashed again. Any thread.
 */
public interface LeafFeed {

    /**
     * The hashes of consecutive events from a position on, 32 bytes each, at most {@code limit} of them; no bytes if
     * that of the first one is not in memory. Only of events that are durable. MUST NOT block.
     */
    byte[] recent(long fromSeq, int limit);
}
