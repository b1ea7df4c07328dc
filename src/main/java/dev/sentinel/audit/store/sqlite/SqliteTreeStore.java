package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs the calls of a {@link TreeFile} one after the other on a dedicated thread. Owns both. */
public final class SqliteTreeStore implements TreeStore {
    private static final String THREAD = "sentinel-tree";

    private final FileThread<TreeFile> file;

    private SqliteTreeStore(FileThread<TreeFile> file) {
        this.file = file;
    }

    /**
     * Opens or creates the file beside a log. Fails with {@link dev.sentinel.audit.failure.Unusable} if it cannot be
     * used.
     */
    public static Future<SqliteTreeStore> open(Vertx vertx, Path log) {
        return FileThread.open(vertx, THREAD, () -> TreeFile.open(log)).map(SqliteTreeStore::new);
    }

    /** One server owns the log and everything beside it. */
    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Future<Extent> extent() {
        return file.call(TreeFile::extent);
    }

    @Override
    public Future<OptionalLong> lead() {
        return Future.succeededFuture(OptionalLong.of(0));
    }

    @Override
    public Future<Void> resign() {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> grow(long from, List<Tile> full, long size, TreeHash root) {
        return file.run(open -> open.grow(from, full, size, root));
    }

    @Override
    public Future<Void> publish(@Nullable String before, String checkpoint) {
        return file.run(open -> open.publish(before, checkpoint));
    }

    @Override
    public Future<Map<TileId, byte[]>> tiles(Collection<TileId> ids) {
        return ids.isEmpty() ? Future.succeededFuture(Map.of()) : file.call(open -> open.tiles(ids));
    }

    @Override
    public Future<Void> clear() {
        return file.run(TreeFile::clear);
    }

    @Override
    public Future<Void> close() {
        return file.close();
    }
}
