package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Runs the calls of a {@link TreeFile} one after the other on a dedicated thread. Owns both. */
public final class SqliteTreeStore implements TreeStore {
    private static final String THREAD = "sentinel-tree";

    private final WorkerExecutor thread;
    private final TreeFile file;

    private SqliteTreeStore(WorkerExecutor thread, TreeFile file) {
        this.thread = thread;
        this.file = file;
    }

    /**
     * Opens or creates the file beside a log. Fails with {@link dev.sentinel.audit.failure.Unusable} if it cannot be
     * used.
     */
    public static Future<SqliteTreeStore> open(Vertx vertx, Path log) {
        WorkerExecutor thread = vertx.createSharedWorkerExecutor(THREAD, 1);
        return thread.executeBlocking(() -> TreeFile.open(log))
                .map(file -> new SqliteTreeStore(thread, file))
                .recover(cause -> thread.close().transform(closed -> Future.failedFuture(cause)));
    }

    /** One server owns the log and everything beside it. */
    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Future<Extent> extent() {
        return call(file::extent);
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
        return run(() -> file.grow(from, full, size, root));
    }

    @Override
    public Future<Void> publish(@Nullable String before, String checkpoint) {
        return run(() -> file.publish(before, checkpoint));
    }

    @Override
    public Future<Map<TileId, byte[]>> tiles(Collection<TileId> ids) {
        return ids.isEmpty() ? Future.succeededFuture(Map.of()) : call(() -> file.tiles(ids));
    }

    @Override
    public Future<Void> clear() {
        return run(file::clear);
    }

    @Override
    public Future<Void> close() {
        return run(file::close).eventually(thread::close);
    }

    private Future<Void> run(Runnable work) {
        return call(() -> {
            work.run();
            return null;
        });
    }

    /** Not ordered by context: the pool has one thread and so keeps the order. */
    private <T> Future<T> call(Callable<T> work) {
        return thread.executeBlocking(work, false);
    }
}
