package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.TokenHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the calls of a {@link KeyFile} one after the other on a dedicated thread. Owns both. */
public final class SqliteKeyStore implements KeyStore {
    private static final String THREAD = "sentinel-keys";

    private final FileThread<KeyFile> file;

    private SqliteKeyStore(FileThread<KeyFile> file) {
        this.file = file;
    }

    /**
     * Opens or creates the file beside a log. Fails with {@link dev.sentinel.audit.failure.Unusable} if it cannot be
     * used.
     */
    public static Future<SqliteKeyStore> open(Vertx vertx, Path log) {
        return FileThread.open(vertx, THREAD, () -> KeyFile.open(log)).map(SqliteKeyStore::new);
    }

    @Override
    public Future<List<ApiKey>> keys() {
        return file.call(KeyFile::keys);
    }

    @Override
    public Future<Optional<ApiKey>> find(String id) {
        return file.call(open -> open.find(id));
    }

    @Override
    public Future<Long> version() {
        return file.call(KeyFile::version);
    }

    @Override
    public Future<Void> add(ApiKey key, AdminAct act) {
        return file.run(open -> open.add(key, act));
    }

    @Override
    public Future<Void> revoke(String id, Instant from, AdminAct act) {
        return file.run(open -> open.revoke(id, from, act));
    }

    @Override
    public Future<Void> replace(String id, Instant from, ApiKey with, AdminAct act) {
        return file.run(open -> open.replace(id, from, with, act));
    }

    @Override
    public Future<Void> record(AdminAct act) {
        return file.run(open -> open.record(act));
    }

    @Override
    public Future<Void> used(Map<String, Instant> lastUsed) {
        return file.run(open -> open.used(lastUsed));
    }

    @Override
    public Future<List<AdminAct>> uncaptured(int limit) {
        return file.call(open -> open.uncaptured(limit));
    }

    @Override
    public Future<Void> captured(List<AdminAct> acts) {
        return file.run(open -> open.captured(acts));
    }

    @Override
    public Future<Void> adopt(List<ApiKey> keys, List<AdminAct> acts) {
        return file.run(open -> open.adopt(keys, acts));
    }

    @Override
    public Future<byte[]> secret() {
        return file.call(KeyFile::secret);
    }

    @Override
    public Future<Void> adoptSecret(byte[] secret) {
        return file.run(open -> open.adoptSecret(secret));
    }

    @Override
    public Future<List<Session>> sessions() {
        return file.call(KeyFile::sessions);
    }

    @Override
    public Future<Void> begin(Session session, Instant now) {
        return file.run(open -> open.begin(session, now));
    }

    @Override
    public Future<Void> end(TokenHash cookie) {
        return file.run(open -> open.end(cookie));
    }

    @Override
    public Future<Void> close() {
        return file.close();
    }
}
