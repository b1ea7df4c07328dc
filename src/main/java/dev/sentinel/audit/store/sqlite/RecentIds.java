package dev.sentinel.audit.store.sqlite;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ids that are not in the index file yet, and where their events are. Ids are random, so each would rewrite a page of its
 * own in their table; written a hundred thousand at a time, many share one. Bounded: {@link EventIndex} writes them when
 * there are {@link #FLUSH}, and after a crash they are read from the log.
 *
 * <p>Any thread; one writer.
 */
final class RecentIds {
    /** About 10 MB. */
    static final int FLUSH = 100_000;

    private final ConcurrentHashMap<UUID, Long> seqs = new ConcurrentHashMap<>();

    void put(UUID eventId, long seq) {
        seqs.put(eventId, seq);
    }

    /** The position of an event, or null. */
    @Nullable
    Long seqOf(UUID eventId) {
        return seqs.get(eventId);
    }

    int size() {
        return seqs.size();
    }

    /** A copy. */
    Map<UUID, Long> all() {
        return Map.copyOf(seqs);
    }

    /** Forgets what the index file has committed. */
    void remove(Map<UUID, Long> written) {
        seqs.keySet().removeAll(written.keySet());
    }
}
