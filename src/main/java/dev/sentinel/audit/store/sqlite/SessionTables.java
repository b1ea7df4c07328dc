package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.TokenHash;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sessions of browsers and the secret of the servers, in the file of the keys. Blocking; one thread at a time. */
final class SessionTables {
    private static final int SECRET_BYTES = 32;

    private final Connection connection;

    SessionTables(Connection connection) {
        this.connection = connection;
    }

    /** Must run in a transaction. */
    byte[] secret() throws SQLException {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        adoptSecret(random);
        return existingSecret().orElseThrow();
    }

    void adoptSecret(byte[] secret) throws SQLException {
        execute("INSERT OR IGNORE INTO secrets VALUES (0, ?)", HexFormat.of().formatHex(secret));
    }

    /** Empty if no server of a version with a secret has used this file. */
    Optional<byte[]> existingSecret() throws SQLException {
        if (Sqlite.queryLong(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'secrets'") == 0) {
            return Optional.empty();
        }
        try (PreparedStatement select = connection.prepareStatement("SELECT value FROM secrets");
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(HexFormat.of().parseHex(row.getString(1))) : Optional.empty();
        }
    }

    List<Session> all() throws SQLException {
        List<Session> sessions = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT cookie, page, key_id, credential, expires_ms FROM sessions");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                sessions.add(new Session(
                        TokenHash.ofHex(row.getString(1)),
                        TokenHash.ofHex(row.getString(2)),
                        row.getString(3),
                        TokenHash.ofHex(row.getString(4)),
                        Instant.ofEpochMilli(row.getLong(5))));
            }
        }
        return sessions;
    }

    /** Must run in a transaction. */
    void begin(Session session, Instant now) throws SQLException {
        execute("DELETE FROM sessions WHERE expires_ms <= ?", now.toEpochMilli());
        execute(
                "DELETE FROM sessions WHERE cookie IN (SELECT cookie FROM sessions WHERE key_id = ?"
                        + " ORDER BY expires_ms DESC, cookie LIMIT -1 OFFSET ?)",
                session.keyId(),
                KeyStore.MAX_SESSIONS - 1);
        execute(
                "INSERT INTO sessions VALUES (?,?,?,?,?)",
                session.cookie().hex(),
                session.page().hex(),
                session.keyId(),
                session.credential().hex(),
                session.expires().toEpochMilli());
    }

    void end(TokenHash cookie) throws SQLException {
        execute("DELETE FROM sessions WHERE cookie = ?", cookie.hex());
    }

    private void execute(String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
