package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The keys beside a log as they are at one moment, whether its server runs or not.
 *
 * @param acts that the server has not captured
 */
public record KeyCopy(List<ApiKey> keys, List<AdminAct> acts) {
    public static final KeyCopy NONE = new KeyCopy(List.of(), List.of());

    public KeyCopy {
        keys = List.copyOf(keys);
        acts = List.copyOf(acts);
    }

    /** Changes nothing. Empty if there are none; throws {@link dev.sentinel.audit.failure.Failure}. */
    public static KeyCopy of(Path log) {
        Path file = SqliteFiles.of(log).keys();
        if (!Files.exists(file)) {
            return NONE;
        }
        try (SqliteKeyStore store = SqliteKeyStore.openReader(file)) {
            return new KeyCopy(store.keys(), store.uncaptured(Integer.MAX_VALUE));
        }
    }
}
