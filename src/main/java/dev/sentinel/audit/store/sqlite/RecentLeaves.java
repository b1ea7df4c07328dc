package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.store.LeafFeed;

/** The hashes of the latest leaves. Bounded: 4 MiB, some seconds of a server at its limit. Any thread. */
final class RecentLeaves implements LeafFeed {
    private static final int KEPT = 1 << 17;
    private static final byte[] NONE = {};

    private final byte[] ring = new byte[KEPT * LeafHash.BYTES];

    /** The hashes of the positions from {@code start} to before {@code end} are in the ring. */
    private long start;

    private long end;

    /** Adds the hash of the event at this position, which must be durable. */
    synchronized void add(long seq, LeafHash hash) {
        if (seq != end) {
            start = seq;
        }
        hash.copyTo(ring, offset(seq));
        end = seq + 1;
        start = Math.max(start, end - KEPT);
    }

    @Override
    public synchronized byte[] recent(long fromSeq, int limit) {
        if (fromSeq < start || fromSeq >= end) {
            return NONE;
        }
        int count = (int) Math.min(limit, end - fromSeq);
        byte[] hashes = new byte[count * LeafHash.BYTES];
        int first = Math.min(count, KEPT - (int) (fromSeq % KEPT));
        System.arraycopy(ring, offset(fromSeq), hashes, 0, first * LeafHash.BYTES);
        System.arraycopy(ring, 0, hashes, first * LeafHash.BYTES, (count - first) * LeafHash.BYTES);
        return hashes;
    }

    private static int offset(long seq) {
        return (int) (seq % KEPT) * LeafHash.BYTES;
    }
}
