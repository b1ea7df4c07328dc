package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.ViewStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;

/** Runs the calls of a {@link ViewFile} one after the other on a dedicated thread. Owns both. */
public final class SqliteViewStore implements ViewStore {
    private static final String THREAD = "sentinel-views";

    private final FileThread<ViewFile> file;

    private SqliteViewStore(FileThread<ViewFile> file) {
        this.file = file;
    }

    /**
     * Opens or creates the file beside a log. Fails with {@link dev.sentinel.audit.failure.Unusable} if it cannot be
     * used.
     */
    public static Future<SqliteViewStore> open(Vertx vertx, Path log) {
        return FileThread.open(vertx, THREAD, () -> ViewFile.open(log)).map(SqliteViewStore::new);
    }

    @Override
    public Future<List<SavedView>> all() {
        return file.call(ViewFile::all);
    }

    @Override
    public Future<List<SavedView>> of(String owner) {
        return file.call(open -> open.of(owner));
    }

    @Override
    public Future<Outcome> add(SavedView view) {
        return file.call(open -> open.add(view));
    }

    @Override
    public Future<Outcome> change(SavedView view) {
        return file.call(open -> open.change(view));
    }

    @Override
    public Future<Boolean> remove(String owner, String id) {
        return file.call(open -> open.remove(owner, id));
    }

    @Override
    public Future<Void> inherit(String owner, String heir) {
        return file.run(open -> open.inherit(owner, heir));
    }

    @Override
    public Future<Void> adopt(List<SavedView> views) {
        return file.run(open -> open.adopt(views));
    }

    @Override
    public Future<Void> replaceAll(List<SavedView> views) {
        return file.run(open -> open.replaceAll(views));
    }

    @Override
    public Future<Void> close() {
        return file.close();
    }
}
