package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.store.migrate.ImportProgress;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint of the latest import, in a small file beside the log. It is not in the log, because that is
 * append-only. It needs no lock of its own, since the store that is being written holds one.
 */
public final class SqliteImportProgress implements ImportProgress {
    private final Path log;
    private final Path file;
    private @Nullable String logId;

    /** @param log the log of the target; need not exist */
    public SqliteImportProgress(Path log) {
        SqliteFiles files = SqliteFiles.of(log);
        this.log = files.log();
        this.file = files.index()
                .resolveSibling(files.index().getFileName().toString().replaceFirst("\\.index\\.db$", ".import"));
    }

    @Override
    public boolean targetHoldsEvents() {
        if (!Files.exists(log)) {
            return false;
        }
        try (SourceFile target = SourceFile.open(log)) {
            return target.read(connection -> Sqlite.queryLong(
                                    connection,
                                    "SELECT count(*) FROM sqlite_master WHERE name = 'audit_events' AND type = 'table'")
                            == 1
                    && Sqlite.queryLong(connection, "SELECT EXISTS (SELECT 1 FROM audit_events)") == 1);
        }
    }

    @Override
    public Optional<Checkpoint> read(String source) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties checkpoint = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            checkpoint.load(reader);
            return source.equals(checkpoint.getProperty("source")) && isOfThisLog(checkpoint.getProperty("log_id", ""))
                    ? Optional.of(new Checkpoint(
                            source,
                            Long.parseLong(checkpoint.getProperty("position")),
                            checkpoint.getProperty("last_event_id"),
                            Long.parseLong(checkpoint.getProperty("conflicts")),
                            checkpoint.getProperty("digest")))
                    : Optional.empty();
        } catch (IOException e) {
            throw failed("read", SqliteFiles.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw failed("read", "it is damaged; delete it to start again", e);
        }
    }

    /** The log may have been replaced since the import. */
    private boolean isOfThisLog(String logId) {
        return Files.exists(log) && logId.equals(logId());
    }

    private String logId() {
        try (SqliteLogSource source = SqliteLogSource.open(log)) {
            return source.logId();
        }
    }

    @Override
    public void write(Checkpoint checkpoint) {
        Properties properties = new Properties();
        logId = logId == null ? logId() : logId;
        properties.setProperty("log_id", logId);
        properties.setProperty("source", checkpoint.source());
        properties.setProperty("position", Long.toString(checkpoint.position()));
        properties.setProperty("conflicts", Long.toString(checkpoint.conflicts()));
        set(properties, "last_event_id", checkpoint.lastEventId());
        set(properties, "digest", checkpoint.digest());
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.deleteIfExists(partial);
            try (Writer writer = Channels.newWriter(PrivateFiles.openNew(partial), StandardCharsets.UTF_8)) {
                properties.store(writer, "The progress of bin/sentinel migrate. Not needed after it has finished.");
            }
            PrivateFiles.force(partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            PrivateFiles.forceDirectory(file.getParent());
        } catch (IOException e) {
            throw failed("written", SqliteFiles.reason(e), e);
        }
    }

    private static void set(Properties properties, String name, @Nullable String value) {
        if (value != null) {
            properties.setProperty(name, value);
        }
    }

    private Failure failed(String what, String reason, Exception cause) {
        return new Unusable(file + " cannot be " + what + ": " + reason, cause);
    }

    @Override
    public void close() {
        // The file is open only while it is written.
    }
}
