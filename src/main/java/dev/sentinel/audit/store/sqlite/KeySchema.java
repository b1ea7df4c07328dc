package dev.sentinel.audit.store.sqlite;

import java.util.List;

/** The tables of the file of the keys, and their versions. */
final class KeySchema {
    /** "SNTK". */
    private static final int APPLICATION_ID = 0x534E544B;

    private static final List<String> VERSION_1 = List.of(
            """
            CREATE TABLE api_keys (
              id TEXT PRIMARY KEY,
              name TEXT NOT NULL,
              hash TEXT NOT NULL,
              scopes TEXT NOT NULL,
              agent_prefix TEXT NOT NULL,
              rate_limit TEXT,
              created_at TEXT NOT NULL,
              expires_at TEXT,
              revoked_at TEXT,
              last_used_at TEXT)
            """, "CREATE TABLE admin_acts (id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, event TEXT NOT NULL)");

    private static final List<String> VERSION_2 =
            List.of("""
            CREATE TABLE sessions (
              cookie TEXT PRIMARY KEY,
              page TEXT NOT NULL,
              key_id TEXT NOT NULL,
              credential TEXT NOT NULL,
              expires_ms INTEGER NOT NULL)
            """, "CREATE TABLE secrets (id INTEGER PRIMARY KEY CHECK (id = 0), value TEXT NOT NULL)");

    static final FileSchema TABLES = new FileSchema("keys", APPLICATION_ID, List.of(VERSION_1, VERSION_2));

    private KeySchema() {}
}
