package dev.sentinel.audit.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.MalformedEventException;
import dev.sentinel.audit.event.Seal;
import dev.sentinel.audit.failure.Unusable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads the hashes of the leaves of a log that a server may be writing, or of a copy. The leaves are those of the JSON
 * that clients get, so a row that only looks like an event has another leaf. Blocking, one thread.
 */
public final class SqliteLeaves implements AutoCloseable {
    /** The most rows of a slice. A query that took longer would delay the checkpoints of a running server. */
    public static final int MAX_ROWS = 4_096;

    private final SourceFile file;
    private final String sql;
    private final LegacyKey legacyKey;
    private final JsonLeaf leaf = new JsonLeaf();

    /** What the row after a slice is. */
    public enum Next {
        /** A row like the others, or the end. */
        READABLE,
        /** There is no row with this position. */
        MISSING,
        /** The row is not an event that the server could have stored. */
        MALFORMED
    }

    /** Hashes of adjacent leaves. */
    public static final class Slice {
        private final byte[] hashes;
        private final int count;
        private final Next next;

        private Slice(byte[] hashes, int count, Next next) {
            this.hashes = hashes;
            this.count = count;
            this.next = next;
        }

        /** Returns the hashes, side by side, not a copy. There is room for more behind them. */
        public byte[] hashes() {
            return hashes;
        }

        /** Returns the number of hashes. */
        public int count() {
            return count;
        }

        /** Returns what comes after them. */
        public Next next() {
            return next;
        }
    }

    private SqliteLeaves(SourceFile file, long version, LegacyKey legacyKey) {
        this.file = file;
        this.legacyKey = legacyKey;
        this.sql = "SELECT seq, " + JsonRow.SQL + ", resource_seal, metadata_seal, links_seal FROM (SELECT "
                + LogSchema.columns(version) + " FROM audit_events WHERE seq >= ? AND seq < ?) e ORDER BY seq";
    }

    /** Throws {@link Unusable} if the file is not a readable log with seals, or has anything else in it. */
    public static SqliteLeaves open(Path path) {
        SourceFile file = SourceFile.open(path);
        try {
            long version = file.read(connection -> {
                long found = LogSchema.version(connection, file.path());
                LogSchema.checkExact(connection, found, file.path());
                return found;
            });
            if (version < LogSchema.WITH_SEALS) {
                throw new Unusable(file.path() + " was written by a version of Sentinel whose events have no seals;"
                        + " start this version with it once");
            }
            return new SqliteLeaves(
                    file,
                    version,
                    file.read(connection ->
                            LogSchema.identity(connection, version).legacyKey()));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Returns the first position; 0 if there is none. The server stores none below 0. */
    public long begin() {
        return file.read(connection -> Sqlite.queryLong(connection, "SELECT min(seq) FROM audit_events"));
    }

    /** Returns the position after the last event. */
    public long end() {
        return file.read(
                connection -> Sqlite.queryLong(connection, "SELECT coalesce(max(seq) + 1, 0) FROM audit_events"));
    }

    /**
     * Returns hashes from a position on, before another: {@link #MAX_ROWS}, or to the end, or to the first row that is
     * not readable.
     */
    public Slice read(long from, long to) {
        return file.read(connection -> read(connection, from, Math.min(to, from + MAX_ROWS)));
    }

    private Slice read(Connection connection, long from, long to) throws SQLException {
        byte[] hashes = new byte[(int) (to - from) * LeafHash.BYTES];
        int count = 0;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, from);
            select.setLong(2, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (rows.getLong(1) != from + count) {
                        return new Slice(hashes, count, Next.MISSING);
                    }
                    hash(rows).copyTo(hashes, count * LeafHash.BYTES);
                    count++;
                }
            }
            return new Slice(hashes, count, from + count < to ? Next.MISSING : Next.READABLE);
        } catch (MalformedEventException | IllegalArgumentException | NullPointerException e) {
            return new Slice(hashes, count, Next.MALFORMED);
        } catch (SQLException e) {
            if (Sqlite.isTooLong(e)) {
                return new Slice(hashes, count, Next.MALFORMED);
            }
            throw e;
        }
    }

    private LeafHash hash(ResultSet row) throws SQLException {
        byte[] json = row.getBytes(2);
        byte[] resource = row.getBytes(3);
        byte[] metadata = row.getBytes(4);
        byte[] links = row.getBytes(5);
        Seal seal = resource == null || metadata == null
                ? legacyKey.complete(JsonRow.eventId(new String(json, UTF_8)), resource, metadata, links)
                : Seal.of(resource, metadata, links);
        return leaf.read(json, seal).hash();
    }

    @Override
    public void close() {
        file.close();
    }
}
