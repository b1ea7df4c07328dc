package dev.sentinel.audit.store.sqlite;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;

/** Restores copies as the command does, without numbers of the signed log. */
final class Restored {
    static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

    private Restored() {}

    /** Returns the path of the old log. */
    static Path restore(Path copy, Path keysCopy, Path log, Instant now) {
        try (SqliteRestore restore =
                SqliteRestore.prepare(copy, keysCopy, unchecked -> {}, log, now, Clock.systemUTC())) {
            restore.begin(restore.number());
            return restore.keptAs();
        }
    }
}
