package dev.sentinel.audit.cli;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The log file for commands that exist only for SQLite: PostgreSQL has its own tools. */
final class SqliteLog {
    private SqliteLog() {}

    static Path of(SentinelConfig config, CommandSpec command) {
        Database database = config.store().database();
        if (database instanceof Database.Sqlite sqlite) {
            return sqlite.logFile().toAbsolutePath();
        }
        throw new ParameterException(
                command.commandLine(), "DATABASE_URL names PostgreSQL; back it up with pg_basebackup or pg_dump.");
    }
}
