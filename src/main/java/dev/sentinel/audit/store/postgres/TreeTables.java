package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.evidence.tlog.TreeHash;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** The tables of the signed log. No table that servers of the version before use is changed. */
final class TreeTables {
    /** The version of the tables that has these. */
    static final int VERSION = 8;

    /**
     * Full tiles are only ever inserted; hashes cannot be compressed. The row of {@code audit_tree} changes with each
     * checkpoint, and has room to do so in place. A {@code vkey} is several lines, newest first, once the key of the
     * number was replaced: a server of a version before knows none of them then, so it follows and does not sign.
     */
    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE audit_tiles (
              level smallint NOT NULL, n bigint NOT NULL, hashes bytea NOT NULL, PRIMARY KEY (level, n))
            """,
            "ALTER TABLE audit_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL",
            """
            CREATE TABLE audit_tree (
              id smallint PRIMARY KEY CHECK (id = 0),
              size bigint NOT NULL,
              root bytea NOT NULL,
              checkpoint text COLLATE "C",
              beat bigint NOT NULL,
              term bigint NOT NULL,
              leader text COLLATE "C",
              leads_until timestamptz) WITH (fillfactor = 20)
            """,
            "CREATE TABLE audit_verifier_keys (number integer PRIMARY KEY, vkey text COLLATE \"C\" NOT NULL)");

    private static final String EMPTY = "INSERT INTO audit_tree VALUES (0, 0, $1, NULL, 0, 0, NULL, NULL)";

    private TreeTables() {}

    /** Makes the tables. Within a transaction. */
    static Future<?> introduce(SqlConnection connection) {
        Future<?> made = Future.succeededFuture();
        for (String ddl : TABLES) {
            made = made.compose(before -> connection.query(ddl).execute());
        }
        return made.compose(
                done -> connection.preparedQuery(EMPTY).execute(Tuple.of(Buffer.buffer(TreeHash.EMPTY.bytes()))));
    }
}
