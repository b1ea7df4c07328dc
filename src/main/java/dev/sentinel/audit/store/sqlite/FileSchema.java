package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables of a small SQLite file beside the log, and their versions. Blocking.
 *
 * @param contents what the file has, for messages
 * @param applicationId says that SQLite's file is ours
 * @param versions the statements that each version adds to the one before
 */
record FileSchema(String contents, int applicationId, List<List<String>> versions) {

    /**
     * Opens or creates the file, with the tables of the newest version. Throws {@link Unusable}.
     *
     * @param settings of the connection: statements
     */
    Connection open(Path file, String... settings) {
        try {
            PrivateFiles.createDirectories(file.getParent());
            Connection connection = Sqlite.openSmall(file);
            try {
                for (String setting : settings) {
                    Sqlite.execute(connection, setting);
                }
                migrate(connection, file);
                return connection;
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new Unusable(file + " cannot be used: " + Sqlite.reason(e), e);
        } catch (IOException e) {
            throw new Unusable(file + " cannot be created: " + SqliteFiles.reason(e), e);
        }
    }

    private void migrate(Connection connection, Path file) throws SQLException {
        Sqlite.execute(connection, "BEGIN IMMEDIATE");
        long version = Sqlite.queryLong(connection, "PRAGMA user_version");
        if (version > versions.size()) {
            throw new Unusable(file + " was written by a newer version of Sentinel; start that version");
        }
        if (version < versions.size()) {
            for (String statement : upTo(versions.size(), version)) {
                Sqlite.execute(connection, statement);
            }
            Sqlite.execute(connection, "PRAGMA application_id=" + applicationId);
            Sqlite.execute(connection, "PRAGMA user_version=" + versions.size());
        }
        Sqlite.execute(connection, "COMMIT");
    }

    private List<String> upTo(long version, long after) {
        return versions.stream()
                .skip(after)
                .limit(version - after)
                .flatMap(List::stream)
                .toList();
    }

    /** Throws {@link Unusable} if the file has not exactly the tables of a version. Returns the version. */
    long check(Connection connection, Path file) throws SQLException {
        long version = Sqlite.queryLong(connection, "PRAGMA user_version");
        if (version < 1
                || version > versions.size()
                || Sqlite.queryLong(connection, "PRAGMA application_id") != applicationId) {
            throw new Unusable(file + " has no " + contents + " of this version of Sentinel");
        }
        String difference =
                ExactSchema.createdBy(upTo(version, 0)).difference(connection).orElse(null);
        if (difference != null) {
            throw new Unusable(file + " was not written by Sentinel alone: " + difference);
        }
        return version;
    }
}
