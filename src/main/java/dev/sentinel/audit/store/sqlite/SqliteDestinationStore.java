package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Runs the calls of a {@link DestinationFile} one after the other on a dedicated thread. Owns both. */
public final class SqliteDestinationStore implements DestinationStore {
    private static final String THREAD = "sentinel-destinations";

    private final WorkerExecutor thread;
    private final DestinationFile file;

    private SqliteDestinationStore(WorkerExecutor thread, DestinationFile file) {
        this.thread = thread;
        this.file = file;
    }

    /**
     * Opens or creates the file beside a log. Fails with {@link dev.sentinel.audit.failure.Unusable} if it cannot be
     * used.
     */
    public static Future<SqliteDestinationStore> open(Vertx vertx, Path log) {
        WorkerExecutor thread = vertx.createSharedWorkerExecutor(THREAD, 1);
        return thread.executeBlocking(() -> DestinationFile.open(log))
                .map(file -> new SqliteDestinationStore(thread, file))
                .recover(cause -> thread.close().transform(closed -> Future.failedFuture(cause)));
    }

    /** As {@link #open}, for the server, which holds the lock of the log: ends the leases of those before it. */
    public static Future<SqliteDestinationStore> openAlone(Vertx vertx, Path log) {
        return open(vertx, log)
                .compose(store -> store.<Void>call(() -> {
                            store.file.releaseAll();
                            return null;
                        })
                        .map(store));
    }

    @Override
    public Future<List<StoredDestination>> all() {
        return call(file::all);
    }

    @Override
    public Future<Boolean> add(StoredDestination destination) {
        return call(() -> file.add(destination));
    }

    @Override
    public Future<Boolean> define(String id, String definition) {
        return call(() -> file.define(id, definition));
    }

    @Override
    public Future<Boolean> steer(String id, DestinationState state, OptionalLong next) {
        return call(() -> file.steer(id, state, next));
    }

    @Override
    public Future<Boolean> hold(String id, long next, String error) {
        return call(() -> file.hold(id, next, error));
    }

    @Override
    public Future<Boolean> remove(String id) {
        return call(() -> file.remove(id));
    }

    @Override
    public Future<Optional<StoredDestination>> own(String id, String server, Duration lease) {
        return call(() -> file.own(id, server, lease));
    }

    @Override
    public Future<Void> release(String server) {
        return call(() -> {
            file.release(server);
            return null;
        });
    }

    @Override
    public Future<Boolean> advance(String id, long fence, long next) {
        return call(() -> file.advance(id, fence, next));
    }

    @Override
    public Future<Boolean> report(
            String id, long fence, long revision, DestinationState state, @Nullable String error) {
        return call(() -> file.report(id, fence, revision, state, error));
    }

    @Override
    public Future<Boolean> skip(String id, long fence, RefusedEvent event) {
        return call(() -> file.skip(id, fence, event));
    }

    @Override
    public Future<List<RefusedEvent>> refused(String id) {
        return call(() -> file.refused(id));
    }

    @Override
    public Future<Void> forget(String id, long seq) {
        return call(() -> {
            file.forget(id, seq);
            return null;
        });
    }

    @Override
    public Future<Boolean> finish(String replay, long fence) {
        return call(() -> file.finish(replay, fence));
    }

    @Override
    public Future<Void> adopt(List<Adopted> destinations) {
        return call(() -> {
            destinations.forEach(file::adopt);
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
