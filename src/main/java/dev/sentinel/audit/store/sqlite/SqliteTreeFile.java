package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file in which a server keeps the full tiles of its tree and the newest checkpoint, while the server may be
 * writing it. Nothing in it is believed: someone who can change the log can change it too. Blocking, one thread.
 */
public final class SqliteTreeFile implements AutoCloseable {
    private static final String SUFFIX = ".tree.db";

    /** The header of a database (sqlite.org/fileformat.html). */
    private static final int HEADER_BYTES = 100;

    private static final int WRITE_VERSION = 18;
    private static final byte WRITE_AHEAD = 2;
    private static final int APPLICATION_ID = 68;

    private final SourceFile file;

    /**
     * The tree that the server has computed.
     *
     * @param root in hexadecimal digits, as it is stored, of any length
     * @param checkpoint the newest note; null if none was signed
     */
    public record State(long size, String root, @Nullable String checkpoint) {}

    private SqliteTreeFile(SourceFile file) {
        this.file = file;
    }

    /** Opens the file beside a log, such as {@code sentinel_audit.tree.db}; empty if there is none. */
    public static Optional<SqliteTreeFile> beside(Path log) {
        String name = String.valueOf(log.toAbsolutePath().getFileName());
        Path path = log.toAbsolutePath().resolveSibling(name.replaceFirst("\\.db$", "") + SUFFIX);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        return Optional.of(new SqliteTreeFile(SourceFile.open(path, application(path))));
    }

    /**
     * The {@code application_id} of a database with a write-ahead log; no possible one for another file. It is read
     * without SQLite, which would create files beside it.
     */
    private static long application(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] header = in.readNBytes(HEADER_BYTES);
            return header.length == HEADER_BYTES && header[WRITE_VERSION] == WRITE_AHEAD
                    ? ByteBuffer.wrap(header).getInt(APPLICATION_ID)
                    : Long.MAX_VALUE;
        } catch (IOException e) {
            throw new Unusable(path + " cannot be read", e);
        }
    }

    /**
     * Returns the state; empty if the server has not computed one yet. Throws {@link Unusable} if it is not readable.
     */
    public Optional<State> state() {
        return file.read(SqliteTreeFile::state);
    }

    private static Optional<State> state(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT size, root, checkpoint FROM tree");
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            byte[] root = row.getBytes(2);
            return Optional.of(
                    new State(row.getLong(1), root == null ? "" : HexFormat.of().formatHex(root), row.getString(3)));
        }
    }

    /** Returns the hashes of a full tile, as they are stored; empty if there is none. */
    public Optional<byte[]> tile(int level, long n) {
        return file.read(connection -> tile(connection, level, n));
    }

    private static Optional<byte[]> tile(Connection connection, int level, long n) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT hashes FROM tiles WHERE level = ? AND n = ?")) {
            select.setInt(1, level);
            select.setLong(2, n);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getBytes(1)) : Optional.empty();
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
