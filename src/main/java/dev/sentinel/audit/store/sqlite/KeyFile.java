package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.StoredTexts;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.TokenHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stores keys in a separate small SQLite file, {@code sentinel_audit.keys.db}. The command line may write this file
 * while the server runs, unlike the log; and a copy of the log that leaves the machine contains no hashes.
 *
 * <p>Blocking, one thread at a time: for commands, and for the thread of {@link SqliteKeyStore}. Methods keep the
 * promises of {@link dev.sentinel.audit.keys.KeyStore} and throw {@link dev.sentinel.audit.failure.Failure}.
 */
public final class KeyFile implements AutoCloseable {
    private static final long MAX_COPY_BYTES = 64 << 20;

    private static final String COLUMNS =
            "id, name, hash, scopes, agent_prefix, rate_limit, created_at, expires_at, revoked_at, last_used_at";

    private final Connection connection;
    private final SessionTables sessions;

    private KeyFile(Connection connection) {
        this.connection = connection;
        this.sessions = new SessionTables(connection);
    }

    /** Opens or creates the file beside a log. Throws {@link Unusable} if it cannot be used. */
    public static KeyFile open(Path log) {
        return new KeyFile(KeySchema.TABLES.open(SqliteFiles.of(log).keys()));
    }

    /** Opens an existing file read-only. Throws {@link Unusable} if it cannot be read, or is not keys alone. */
    static KeyFile openReader(Path file) {
        try {
            Connection connection = Sqlite.openReader(file);
            try {
                KeySchema.TABLES.check(connection, file);
                return new KeyFile(connection);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new Unusable(file + " cannot be read: " + Sqlite.reason(e), e);
        }
    }

    /**
     * Checks a copy of keys that {@link #restoreIfMissing} would restore. Throws {@link Unusable} if it is not a copy
     * of keys and nothing else.
     */
    static void checkCopy(Path copy, Path log) {
        if (!Files.exists(copy) || Files.exists(SqliteFiles.of(log).keys(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isRegularFile(copy) || copy.toFile().length() > MAX_COPY_BYTES) {
            throw new Unusable(copy + " is not a copy of keys");
        }
        try (KeyFile keys = new KeyFile(Sqlite.openImmutable(copy))) {
            KeySchema.TABLES.check(keys.connection, copy);
            String sql = "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
            if (Sqlite.queryLong(keys.connection, sql) > 0) {
                throw new Unusable(copy + " is damaged");
            }
            keys.keys();
            for (AdminAct act : keys.uncaptured(Integer.MAX_VALUE)) {
                if (!StoredTexts.isObject(act.event().getBytes(StandardCharsets.UTF_8))) {
                    throw new Unusable(copy + " has an administrative act that is no event");
                }
            }
        } catch (SQLException e) {
            throw new Unusable(copy + " cannot be read: " + Sqlite.reason(e), e);
        } catch (NullPointerException | IllegalArgumentException | DateTimeException e) {
            throw new Unusable(copy + " has a key that is not valid", e);
        }
    }

    /** Work in one transaction, which commits or is rolled back. */
    @FunctionalInterface
    private interface Work {
        void run() throws SQLException;
    }

    private void inTransaction(Work work) {
        try {
            Sqlite.execute(connection, "BEGIN IMMEDIATE");
            try {
                work.run();
                Sqlite.execute(connection, "COMMIT");
            } catch (SQLException e) {
                Sqlite.execute(connection, "ROLLBACK");
                throw e;
            }
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    List<ApiKey> keys() {
        return select("SELECT " + COLUMNS + " FROM api_keys ORDER BY created_at, id", null);
    }

    Optional<ApiKey> find(String id) {
        return select("SELECT " + COLUMNS + " FROM api_keys WHERE id = ?", id).stream()
                .findFirst();
    }

    private List<ApiKey> select(String sql, @Nullable String parameter) {
        List<ApiKey> keys = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            if (parameter != null) {
                select.setString(1, parameter);
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    keys.add(read(row));
                }
            }
            return keys;
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    private static ApiKey read(ResultSet row) throws SQLException {
        String limit = row.getString(6);
        return new ApiKey(
                row.getString(1),
                row.getString(2),
                TokenHash.ofHex(row.getString(3)),
                Arrays.stream(row.getString(4).split(" ", -1))
                        .map(Scope::valueOf)
                        .collect(Collectors.toSet()),
                row.getString(5),
                limit == null ? null : RateLimit.parse(limit),
                Instant.parse(row.getString(7)),
                time(row.getString(8)),
                time(row.getString(9)),
                time(row.getString(10)));
    }

    private static @Nullable Instant time(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    /** Changes when another connection has written, but not when this one has. */
    long version() {
        try {
            return Sqlite.queryLong(connection, "PRAGMA data_version");
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    void add(ApiKey key, AdminAct act) {
        inTransaction(() -> {
            insert(key);
            insert(act);
        });
    }

    void revoke(String id, Instant from, AdminAct act) {
        inTransaction(() -> {
            setRevoked(id, from);
            insert(act);
        });
    }

    void replace(String id, Instant from, ApiKey with, AdminAct act) {
        inTransaction(() -> {
            setRevoked(id, from);
            insert(with);
            insert(act);
        });
    }

    /** Records an act that changes no key. */
    public void record(AdminAct act) {
        inTransaction(() -> insert(act));
    }

    private void insert(ApiKey key) throws SQLException {
        RateLimit limit = key.rateLimit();
        execute(
                "INSERT INTO api_keys (" + COLUMNS + ") VALUES (?,?,?,?,?,?,?,?,?,?)",
                key.id(),
                key.name(),
                key.hash().hex(),
                key.scopes().stream().map(Scope::name).sorted().collect(Collectors.joining(" ")),
                key.agentPrefix(),
                limit == null ? null : limit.toString(),
                key.created().toString(),
                text(key.expires()),
                text(key.revoked()),
                text(key.lastUsed()));
    }

    private void insert(AdminAct act) throws SQLException {
        execute("INSERT INTO admin_acts (event_id, event) VALUES (?,?)", act.eventId(), act.event());
    }

    private void setRevoked(String id, Instant from) throws SQLException {
        execute("UPDATE api_keys SET revoked_at = ? WHERE id = ?", from.toString(), id);
    }

    private void execute(String sql, @Nullable String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    void used(Map<String, Instant> lastUsed) {
        inTransaction(() -> {
            for (Map.Entry<String, Instant> use : lastUsed.entrySet()) {
                execute(
                        "UPDATE api_keys SET last_used_at = ? WHERE id = ?",
                        use.getValue().toString(),
                        use.getKey());
            }
        });
    }

    List<AdminAct> uncaptured(int limit) {
        List<AdminAct> acts = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT event_id, event FROM admin_acts ORDER BY id LIMIT " + limit)) {
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    acts.add(new AdminAct(row.getString(1), row.getString(2)));
                }
            }
            return acts;
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    void captured(List<AdminAct> acts) {
        inTransaction(() -> {
            for (AdminAct act : acts) {
                execute("DELETE FROM admin_acts WHERE event_id = ?", act.eventId());
            }
        });
    }

    void adopt(List<ApiKey> keys, List<AdminAct> acts) {
        inTransaction(() -> {
            for (ApiKey key : keys) {
                Instant revoked = find(key.id())
                        .map(ApiKey::revoked)
                        .filter(here -> earlier(here, key.revoked()))
                        .orElse(key.revoked());
                execute("DELETE FROM api_keys WHERE id = ?", key.id());
                insert(key);
                if (revoked != null) {
                    setRevoked(key.id(), revoked);
                }
            }
            for (AdminAct act : acts) {
                execute("DELETE FROM admin_acts WHERE event_id = ?", act.eventId());
                insert(act);
            }
        });
    }

    byte[] secret() {
        byte[][] secret = new byte[1][];
        inTransaction(() -> secret[0] = sessions.secret());
        return secret[0];
    }

    void adoptSecret(byte[] secret) {
        inTransaction(() -> sessions.adoptSecret(secret));
    }

    Optional<byte[]> existingSecret() {
        try {
            return sessions.existingSecret();
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    List<Session> sessions() {
        try {
            return sessions.all();
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    void begin(Session session, Instant now) {
        inTransaction(() -> sessions.begin(session, now));
    }

    void end(TokenHash cookie) {
        inTransaction(() -> sessions.end(cookie));
    }

    private static boolean earlier(Instant time, @Nullable Instant other) {
        return other == null || time.isBefore(other);
    }

    /** Writes a copy of everything to a new file that only its owner can read. */
    public void copyTo(Path file) {
        try {
            Files.deleteIfExists(file);
            PrivateFiles.create(file);
            try (PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
                copy.setString(1, file.toString());
                copy.execute();
            }
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        } catch (IOException e) {
            throw new Unusable(file + " cannot be written: " + SqliteFiles.reason(e), e);
        }
    }

    /**
     * Restores a copy of the keys beside a log that has none. Returns false if there is no copy or the log already has
     * keys.
     */
    public static boolean restoreIfMissing(Path copy, Path log) {
        Path file = SqliteFiles.of(log).keys();
        if (!Files.exists(copy) || Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel channel = PrivateFiles.openNew(file)) {
            channel.write(ByteBuffer.wrap(Files.readAllBytes(copy)));
            return true;
        } catch (IOException e) {
            throw new Unusable(file + " cannot be written: " + SqliteFiles.reason(e), e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }
}
