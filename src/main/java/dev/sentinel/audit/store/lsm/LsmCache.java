package dev.sentinel.audit.store.lsm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of one file share, so that a query reads only what was added since the one before. Bounded. Any
 * thread. A file that is made anew needs a new cache.
 */
public final class LsmCache {
    /** Fences and filters of about ten million entries, and what Java needs for the objects. */
    private static final int MAX_HEADER_BYTES = 12 << 20;

    /** Readers with older snapshots are rare, and read the list again. */
    private static final int MAX_CATALOGS = 4;

    private final Deque<Catalog> catalogs = new ArrayDeque<>();

    /** By the ids of their blobs, which are never used again; the one that was used last is the last one. */
    private final Map<Long, SegmentHeader> headers = new LinkedHashMap<>(256, 0.75f, true);

    private long headerBytes;

    /** Creates an empty cache. */
    public LsmCache() {}

    synchronized @Nullable Catalog catalog(long version) {
        for (Catalog catalog : catalogs) {
            if (catalog.version() == version) {
                return catalog;
            }
        }
        return null;
    }

    /** The one that was added last. */
    synchronized @Nullable Catalog newest() {
        return catalogs.peekFirst();
    }

    synchronized void add(Catalog catalog) {
        catalogs.removeIf(other -> other.version() == catalog.version());
        catalogs.addFirst(catalog);
        if (catalogs.size() > MAX_CATALOGS) {
            catalogs.removeLast();
        }
    }

    synchronized @Nullable SegmentHeader header(long id) {
        return headers.get(id);
    }

    synchronized void add(long id, SegmentHeader header) {
        if (headers.put(id, header) == null) {
            headerBytes += header.bytes();
        }
        var eldest = headers.values().iterator();
        while (headerBytes > MAX_HEADER_BYTES) {
            headerBytes -= eldest.next().bytes();
            eldest.remove();
        }
    }
}
