package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.ViewStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs the calls of a {@link ViewFile} one after the other on a dedicated thread. Owns both. */
public final class SqliteViewStore implements ViewStore {
    private static final String THREAD = "sentinel-views";

    private final WorkerExecutor thread;
    private final ViewFile file;

    private SqliteViewStore(WorkerExecutor thread, ViewFile file) {
        this.thread = thread;
        this.file = file;
    }

    /**
     * Opens or creates the file beside a log. Fails with {@link dev.sentinel.audit.failure.Unusable} if it cannot be
     * used.
     */
    public static Future<SqliteViewStore> open(Vertx vertx, Path log) {
        WorkerExecutor thread = vertx.createSharedWorkerExecutor(THREAD, 1);
        return thread.executeBlocking(() -> ViewFile.open(log))
                .map(file -> new SqliteViewStore(thread, file))
                .recover(cause -> thread.close().transform(closed -> Future.failedFuture(cause)));
    }

    @Override
    public Future<List<SavedView>> all() {
        return call(file::all);
    }

    @Override
    public Future<List<SavedView>> of(String owner) {
        return call(() -> file.of(owner));
    }

    @Override
    public Future<Outcome> add(SavedView view) {
        return call(() -> file.add(view));
    }

    @Override
    public Future<Outcome> change(SavedView view) {
        return call(() -> file.change(view));
    }

    @Override
    public Future<Boolean> remove(String owner, String id) {
        return call(() -> file.remove(owner, id));
    }

    @Override
    public Future<Void> inherit(String owner, String heir) {
        return call(() -> {
            file.inherit(owner, heir);
            return null;
        });
    }

    @Override
    public Future<Void> adopt(List<SavedView> views) {
        return call(() -> {
            file.adopt(views);
            return null;
        });
    }

    @Override
    public Future<Void> close() {
        return this.<Void>call(() -> {
                    file.close();
                    return null;
                })
                .eventually(thread::close);
    }

    /** Not ordered by context, because callers have different ones: the pool has one thread and so keeps the order. */
    private <T> Future<T> call(Callable<T> work) {
        return thread.executeBlocking(work, false);
    }
}
