package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs the calls of a {@link DestinationFile} one after the other on a dedicated thread. Owns both. */
public final class SqliteDestinationStore implements DestinationStore {
    private static final String THREAD = "sentinel-destinations";

    private final FileThread<DestinationFile> file;

    private SqliteDestinationStore(FileThread<DestinationFile> file) {
        this.file = file;
    }

    /**
     * Opens or creates the file beside a log. Fails with {@link dev.sentinel.audit.failure.Unusable} if it cannot be
     * used.
     */
    public static Future<SqliteDestinationStore> open(Vertx vertx, Path log) {
        return FileThread.open(vertx, THREAD, () -> DestinationFile.open(log)).map(SqliteDestinationStore::new);
    }

    /** As {@link #open}, for the server, which holds the lock of the log: ends the leases of those before it. */
    public static Future<SqliteDestinationStore> openAlone(Vertx vertx, Path log) {
        return open(vertx, log)
                .compose(store -> store.file.run(DestinationFile::releaseAll).map(store));
    }

    @Override
    public Future<List<StoredDestination>> all() {
        return file.call(DestinationFile::all);
    }

    @Override
    public Future<Boolean> add(StoredDestination destination) {
        return file.call(open -> open.add(destination));
    }

    @Override
    public Future<Boolean> define(String id, String definition) {
        return file.call(open -> open.define(id, definition));
    }

    @Override
    public Future<Boolean> steer(String id, DestinationState state, OptionalLong next) {
        return file.call(open -> open.steer(id, state, next));
    }

    @Override
    public Future<Boolean> hold(String id, long next, String error) {
        return file.call(open -> open.hold(id, next, error));
    }

    @Override
    public Future<Boolean> remove(String id) {
        return file.call(open -> open.remove(id));
    }

    @Override
    public Future<Optional<StoredDestination>> own(String id, String server, Duration lease) {
        return file.call(open -> open.own(id, server, lease));
    }

    @Override
    public Future<Void> release(String server) {
        return file.run(open -> open.release(server));
    }

    @Override
    public Future<Boolean> advance(String id, long fence, long next) {
        return file.call(open -> open.advance(id, fence, next));
    }

    @Override
    public Future<Boolean> report(
            String id, long fence, long revision, DestinationState state, @Nullable String error) {
        return file.call(open -> open.report(id, fence, revision, state, error));
    }

    @Override
    public Future<Boolean> skip(String id, long fence, RefusedEvent event) {
        return file.call(open -> open.skip(id, fence, event));
    }

    @Override
    public Future<List<RefusedEvent>> refused(String id) {
        return file.call(open -> open.refused(id));
    }

    @Override
    public Future<Void> forget(String id, long seq) {
        return file.run(open -> open.forget(id, seq));
    }

    @Override
    public Future<Boolean> finish(String replay, long fence) {
        return file.call(open -> open.finish(replay, fence));
    }

    @Override
    public Future<Void> adopt(List<Adopted> destinations) {
        return file.run(open -> open.adopt(destinations));
    }

    @Override
    public Future<Void> replaceAll(List<Adopted> destinations) {
        return file.run(open -> open.replaceAll(destinations));
    }

    @Override
    public Future<Void> close() {
        return file.close();
    }
}
