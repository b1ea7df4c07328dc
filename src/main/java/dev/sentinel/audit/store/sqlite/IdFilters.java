package dev.sentinel.audit.store.sqlite;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Filters of all ids in the tree of event ids, one for each {@link IdFilter#RANGE} positions, so that the tree is
 * rarely asked for ids that it does not have. They may say that it has an id although it has not, never the reverse.
 *
 * <p>Bounded: at most {@link #MAX} filters of 1.25 MiB, 30 MiB. Beyond them, the two neighbors that cover the fewest
 * positions are merged. Of new ids, the tree is then asked for about 1 % at a million events, 5 % at five million, 23 %
 * at 24 million, and 60 % at 30 million.
 *
 * <p>The index writer's thread adds each id before it removes it from {@link RecentIds}. Any thread may ask, after it
 * has found that RecentIds does not have the id. Their lock is what makes this exact: a thread that does not find an id
 * that was removed there also sees what was done before the removal. Nothing is undone when a transaction is rolled
 * back: the filters may hold ids that the tree does not have.
 */
final class IdFilters {
    /** The number of filters. */
    static final int MAX = 24;

    /** The filter of some consecutive ranges. */
    private static final class Part {
        private final long first;
        private final long ranges;
        private final IdFilter filter;

        /** Index writer's thread only. */
        private boolean written;

        Part(long first, long ranges, IdFilter filter) {
            this.first = first;
            this.ranges = ranges;
            this.filter = filter;
        }

        Part merge(Part next) {
            return new Part(first, ranges + next.ranges, filter.or(next.filter));
        }
    }

    private byte[] key = new byte[SipHash.KEY_BYTES];
    private SipHash hash;

    /** Ascending. Never changed, only replaced. */
    private volatile List<Part> parts = List.of();

    /** Whether they have all ids of the tree. Written after the other fields, read before them. */
    private volatile boolean complete;

    IdFilters() {
        new SecureRandom().nextBytes(key);
        hash = new SipHash(key);
    }

    /** Whether the tree may have the id. The caller must not have found it in {@link RecentIds}. Any thread. */
    boolean mayContain(UUID id) {
        if (!complete) {
            return true;
        }
        List<Part> current = parts;
        long hashed = hash.of(id);
        for (int i = current.size() - 1; i >= 0; i--) {
            if (current.get(i).filter.mayContain(hashed)) {
                return true;
            }
        }
        return false;
    }

    /** Adds an id that is about to be written to the tree, or is there. Index writer's thread. */
    void add(UUID id, long seq) {
        long range = seq / IdFilter.RANGE;
        while (end() <= range) {
            append();
        }
        List<Part> current = parts;
        int i = current.size() - 1;
        while (current.get(i).first > range) {
            i--;
        }
        current.get(i).filter.add(hash.of(id));
        current.get(i).written = false;
    }

    /** The first range without a filter. */
    private long end() {
        List<Part> current = parts;
        if (current.isEmpty()) {
            return 0;
        }
        Part last = current.get(current.size() - 1);
        return last.first + last.ranges;
    }

    private void append() {
        List<Part> next = new ArrayList<>(parts);
        next.add(new Part(end(), 1, new IdFilter()));
        if (next.size() > MAX) {
            int least = 0;
            for (int i = 1; i < next.size() - 2; i++) {
                if (ranges(next, i) < ranges(next, least)) {
                    least = i;
                }
            }
            Part merged = next.get(least).merge(next.remove(least + 1));
            next.set(least, merged);
        }
        parts = List.copyOf(next);
    }

    private static long ranges(List<Part> parts, int i) {
        return parts.get(i).ranges + parts.get(i + 1).ranges;
    }

    /** Writes what has changed, with the end of the ids that they have. Index writer's thread. */
    void write(Connection index, long nextSeq) throws SQLException {
        if (!complete) {
            return;
        }
        Sqlite.execute(index, "UPDATE progress SET filters_seq = " + nextSeq);
        List<Part> current = parts;
        try (PreparedStatement insert =
                index.prepareStatement("INSERT OR REPLACE INTO id_filters VALUES (?,?,?,?,?)")) {
            for (Part part : current) {
                if (!part.written) {
                    byte[] bits = part.filter.bytes();
                    insert.setLong(1, part.first);
                    insert.setLong(2, part.ranges);
                    insert.setBytes(3, key);
                    insert.setLong(4, crc(part.first, part.ranges, key, bits));
                    insert.setBytes(5, bits);
                    insert.executeUpdate();
                }
            }
        }
        String firsts = current.stream().map(part -> Long.toString(part.first)).collect(Collectors.joining(","));
        Sqlite.execute(index, "DELETE FROM id_filters WHERE first_range NOT IN (" + firsts + ")");
    }

    /** Must be called after the transaction of {@link #write} has committed. Index writer's thread. */
    void written() {
        if (complete) {
            parts.forEach(part -> part.written = true);
        }
    }

    /**
     * Reads the filters. Must be called once, before the first {@link #add}; the ids that they lack must then be added,
     * and {@link #complete} called. Until then every id may be in the tree. Index writer's thread.
     *
     * @return the first position whose id they may lack: zero if one is missing or damaged
     */
    long open(Connection index) throws SQLException {
        complete = false;
        long filtersSeq = Sqlite.queryLong(index, "SELECT filters_seq FROM progress");
        if (read(index) && end() * IdFilter.RANGE >= filtersSeq) {
            return filtersSeq;
        }
        parts = List.of();
        key = new byte[SipHash.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        hash = new SipHash(key);
        return 0;
    }

    /** Must be called when all ids of the tree were added. */
    void complete() {
        complete = true;
    }

    /** Returns false if one is missing or damaged. */
    private boolean read(Connection index) throws SQLException {
        List<Part> read = new ArrayList<>();
        byte[] readKey = key;
        try (PreparedStatement select = index.prepareStatement(
                        "SELECT first_range, ranges, key, crc, bits FROM id_filters ORDER BY first_range");
                ResultSet rows = select.executeQuery()) {
            long next = 0;
            while (rows.next()) {
                long ranges = rows.getLong(2);
                byte[] storedKey = rows.getBytes(3);
                byte[] bits = rows.getBytes(5);
                if (rows.getLong(1) != next
                        || ranges < 1
                        || !hasLength(storedKey, SipHash.KEY_BYTES)
                        || !hasLength(bits, IdFilter.BYTES)
                        || (!read.isEmpty() && !Arrays.equals(storedKey, readKey))
                        || rows.getLong(4) != crc(next, ranges, storedKey, bits)) {
                    return false;
                }
                readKey = storedKey;
                Part part = new Part(next, ranges, IdFilter.of(bits));
                part.written = true;
                read.add(part);
                next += part.ranges;
            }
        }
        key = readKey;
        hash = new SipHash(key);
        parts = List.copyOf(read);
        return read.size() <= MAX;
    }

    private static boolean hasLength(byte @Nullable [] bytes, int length) {
        return bytes != null && bytes.length == length;
    }

    /** Of all that is stored: with another key or other positions, a filter denies ids that the tree has. */
    private static long crc(long first, long ranges, byte[] key, byte[] bits) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(first)
                .putLong(ranges)
                .flip());
        crc.update(key, 0, key.length);
        crc.update(bits, 0, bits.length);
        return crc.getValue();
    }
}
