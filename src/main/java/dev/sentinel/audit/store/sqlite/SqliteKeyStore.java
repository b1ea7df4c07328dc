package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.TokenHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Runs the calls of a {@link KeyFile} one after the other on a dedicated thread. Owns both. */
public final class SqliteKeyStore implements KeyStore {
    private static final String THREAD = "sentinel-keys";

    private final WorkerExecutor thread;
    private final KeyFile file;

    private SqliteKeyStore(WorkerExecutor thread, KeyFile file) {
        this.thread = thread;
        this.file = file;
    }

    /**
     * Opens or creates the file beside a log. Fails with {@link dev.sentinel.audit.failure.Unusable} if it cannot be
     * used.
     */
    public static Future<SqliteKeyStore> open(Vertx vertx, Path log) {
        WorkerExecutor thread = vertx.createSharedWorkerExecutor(THREAD, 1);
        return thread.executeBlocking(() -> KeyFile.open(log))
                .map(file -> new SqliteKeyStore(thread, file))
                .recover(cause -> thread.close().transform(closed -> Future.failedFuture(cause)));
    }

    @Override
    public Future<List<ApiKey>> keys() {
        return call(file::keys);
    }

    @Override
    public Future<Optional<ApiKey>> find(String id) {
        return call(() -> file.find(id));
    }

    @Override
    public Future<Long> version() {
        return call(file::version);
    }

    @Override
    public Future<Void> add(ApiKey key, AdminAct act) {
        return run(() -> file.add(key, act));
    }

    @Override
    public Future<Void> revoke(String id, Instant from, AdminAct act) {
        return run(() -> file.revoke(id, from, act));
    }

    @Override
    public Future<Void> replace(String id, Instant from, ApiKey with, AdminAct act) {
        return run(() -> file.replace(id, from, with, act));
    }

    @Override
    public Future<Void> record(AdminAct act) {
        return run(() -> file.record(act));
    }

    @Override
    public Future<Void> used(Map<String, Instant> lastUsed) {
        return run(() -> file.used(lastUsed));
    }

    @Override
    public Future<List<AdminAct>> uncaptured(int limit) {
        return call(() -> file.uncaptured(limit));
    }

    @Override
    public Future<Void> captured(List<AdminAct> acts) {
        return run(() -> file.captured(acts));
    }

    @Override
    public Future<Void> adopt(List<ApiKey> keys, List<AdminAct> acts) {
        return run(() -> file.adopt(keys, acts));
    }

    @Override
    public Future<byte[]> secret() {
        return call(file::secret);
    }

    @Override
    public Future<Void> adoptSecret(byte[] secret) {
        return run(() -> file.adoptSecret(secret));
    }

    @Override
    public Future<List<Session>> sessions() {
        return call(file::sessions);
    }

    @Override
    public Future<Void> begin(Session session, Instant now) {
        return run(() -> file.begin(session, now));
    }

    @Override
    public Future<Void> end(TokenHash cookie) {
        return run(() -> file.end(cookie));
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

    /**
     * Not ordered by context, because the callers have different contexts: the pool has one thread and so keeps the
     * order.
     */
    private <T> Future<T> call(Callable<T> work) {
        return thread.executeBlocking(work, false);
    }
}
