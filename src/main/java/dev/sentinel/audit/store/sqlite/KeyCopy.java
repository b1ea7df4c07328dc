package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A consistent snapshot of the keys beside a log, whether its server runs or not.
 *
 * @param acts administrative acts that the server has not captured yet
 * @param secret with which cursors are authenticated, so that they stay good; empty if there is none yet
 */
public record KeyCopy(List<ApiKey> keys, List<AdminAct> acts, Optional<byte[]> secret) {
    public static final KeyCopy NONE = new KeyCopy(List.of(), List.of(), Optional.empty());

    public KeyCopy {
        keys = List.copyOf(keys);
        acts = List.copyOf(acts);
    }

    /**
     * Reads the keys and changes nothing. {@link #NONE} if the file does not exist. Throws
     * {@link dev.sentinel.audit.failure.Failure}.
     */
    public static KeyCopy of(Path log) {
        Path file = SqliteFiles.of(log).keys();
        if (!Files.exists(file)) {
            return NONE;
        }
        try (KeyFile keys = KeyFile.openReader(file)) {
            return new KeyCopy(keys.keys(), keys.uncaptured(Integer.MAX_VALUE), keys.existingSecret());
        }
    }
}
