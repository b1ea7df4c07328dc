package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tree in tables that all servers share. The right to change it is a lease in the row of the tree, by the clock of
 * the database: so it survives a lost connection, ends when a server hangs, and is compared in the same statement that
 * changes the tree. Owns its connections.
 */
public final class PostgresTreeStore implements TreeStore {
    /** How long after its last sign of life a leader is replaced. Longer than a pause of the process or a slow disk. */
    private static final String LEASE = "interval '5 seconds'";

    private static final int CONNECTIONS = 2;

    /** Tiles are read for proofs, one query each. */
    private static final int MAX_WAITING = 500;

    private static final String EXTENT = "SELECT size, root, checkpoint,"
            // A log that was moved away is led for ever, by none: see PostgresLogSource.
            + " leader IS NOT NULL AND leads_until >= clock_timestamp() AND leads_until < 'infinity', beat"
            + " FROM audit_tree";

    private static final String LEAD = "UPDATE audit_tree SET beat = beat + 1, leader = $1,"
            + " leads_until = clock_timestamp() + " + LEASE
            + ", term = CASE WHEN leader = $1 THEN term ELSE term + 1 END"
            + " WHERE leader = $1 OR leader IS NULL OR leads_until < clock_timestamp() RETURNING term";

    private static final String RESIGN = "UPDATE audit_tree SET leader = NULL, leads_until = NULL WHERE leader = $1";

    /** One statement, so that it takes one round trip. The tiles depend on the row, and so does the answer. */
    private static final String GROW = "WITH grown AS (UPDATE audit_tree SET size = $3, root = $4, beat = beat + 1,"
            + " leads_until = clock_timestamp() + " + LEASE + " WHERE leader = $1 AND size = $2 RETURNING true),"
            + " added AS (INSERT INTO audit_tiles (level, n, hashes) SELECT t.level, t.n, t.hashes"
            + " FROM unnest($5::smallint[], $6::bigint[], $7::bytea[]) AS t(level, n, hashes) CROSS JOIN grown)"
            + " SELECT true FROM grown";

    private static final String PUBLISH =
            "UPDATE audit_tree SET checkpoint = $2 WHERE checkpoint IS NOT DISTINCT FROM $1 RETURNING true";

    /** Each tile by its key, whatever the planner thinks of the table. */
    private static final String TILES = "SELECT wanted.level, wanted.n, tile.hashes"
            + " FROM unnest($1::smallint[], $2::bigint[]) AS wanted(level, n) CROSS JOIN LATERAL"
            + " (SELECT hashes FROM audit_tiles WHERE level = wanted.level AND n = wanted.n OFFSET 0) tile";

    private static final String EMPTY = "UPDATE audit_tree SET size = 0, root = $2 WHERE leader = $1 RETURNING true";

    private static final String ANY_TILE = "SELECT 1 FROM audit_tiles LIMIT 1";

    private final StorePool pool;

    /** Another one for each process, so that none takes itself for one that has ended. */
    private final String self = UUID.randomUUID().toString();

    private PostgresTreeStore(Sessions sessions) {
        this.pool = new StorePool(sessions, CONNECTIONS, MAX_WAITING);
    }

    /** Connects. The tables exist, because the event store was opened before. */
    public static Future<PostgresTreeStore> open(Vertx vertx, Database.Postgres database, Duration timeout) {
        // Reads certificates.
        return vertx.executeBlocking(() -> new Sessions(vertx, database, timeout))
                .map(PostgresTreeStore::new)
                .compose(store -> store.extent().map(store).onFailure(cause -> store.pool.close()))
                .recover(cause -> Failures.unusable(database, cause));
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Future<Extent> extent() {
        return run(EXTENT, Tuple.tuple()).map(rows -> {
            Row row = rows.iterator().next();
            return new Extent(
                    row.getLong(0),
                    TreeHash.of(row.getBuffer(1).getBytes()),
                    row.getString(2),
                    row.getBoolean(3),
                    row.getLong(4));
        });
    }

    @Override
    public Future<OptionalLong> lead() {
        return run(LEAD, Tuple.of(self))
                .map(rows -> rows.size() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(rows.iterator().next().getLong(0)));
    }

    @Override
    public Future<Void> resign() {
        return run(RESIGN, Tuple.of(self)).mapEmpty();
    }

    @Override
    public Future<Void> grow(long from, List<Tile> full, long size, TreeHash root) {
        int count = full.size();
        Short[] levels = new Short[count];
        Long[] indexes = new Long[count];
        Buffer[] hashes = new Buffer[count];
        for (int i = 0; i < count; i++) {
            Tile tile = full.get(i);
            levels[i] = (short) tile.id().level();
            indexes[i] = tile.id().index();
            hashes[i] = Buffer.buffer(tile.hashes());
        }
        return change(
                GROW, Tuple.from(List.of(self, from, size, Buffer.buffer(root.bytes()), levels, indexes, hashes)));
    }

    @Override
    public Future<Void> publish(@Nullable String before, String checkpoint) {
        return change(PUBLISH, Tuple.of(before, checkpoint));
    }

    @Override
    public Future<Map<TileId, byte[]>> tiles(Collection<TileId> ids) {
        if (ids.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Short[] levels = ids.stream().map(id -> (short) id.level()).toArray(Short[]::new);
        Long[] indexes = ids.stream().map(TileId::index).toArray(Long[]::new);
        return run(TILES, Tuple.from(List.of(levels, indexes))).map(rows -> {
            Map<TileId, byte[]> found = new HashMap<>();
            for (Row row : rows) {
                found.put(
                        new TileId(row.getShort(0), row.getLong(1)),
                        row.getBuffer(2).getBytes());
            }
            return found;
        });
    }

    /** Emptied as a whole: to delete millions of tiles one by one would take longer than a statement may. */
    @Override
    public Future<Void> clear() {
        return pool.call(connections -> connections.withTransaction(connection -> connection
                        .preparedQuery(EMPTY)
                        .execute(Tuple.of(self, Buffer.buffer(TreeHash.EMPTY.bytes())))
                        .compose(PostgresTreeStore::changed)
                        .compose(empty -> connection.query(ANY_TILE).execute())
                        // That of an empty table would wait for a dump that reads it.
                        .compose(any -> any.size() == 0
                                ? Future.succeededFuture()
                                : connection
                                        .query("TRUNCATE audit_tiles")
                                        .execute()
                                        .mapEmpty())))
                .mapEmpty();
    }

    private Future<Void> change(String sql, Tuple parameters) {
        return run(sql, parameters).compose(PostgresTreeStore::changed);
    }

    private static Future<Void> changed(RowSet<Row> rows) {
        return rows.size() == 1
                ? Future.succeededFuture()
                : Future.failedFuture(new Unavailable("the signed log was changed by another server"));
    }

    private Future<RowSet<Row>> run(String sql, Tuple parameters) {
        return pool.call(connections -> connections.preparedQuery(sql).execute(parameters));
    }

    @Override
    public Future<Void> close() {
        return pool.close();
    }
}
