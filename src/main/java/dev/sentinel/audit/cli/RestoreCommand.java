package dev.sentinel.audit.cli;

import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.sqlite.SqliteBackup;
import dev.sentinel.audit.store.sqlite.SqliteKeyStore;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel restore}. */
@Command(
        name = "restore",
        description =
                "Verifies a copy of a log, puts it in the place of the log and builds its index. The server must not run;"
                        + " the log that was there is kept.",
        mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "What bin/sentinel backup or sqlite3 .backup has written.")
    private Path file;

    @Override
    public Integer call() {
        Clock clock = Clock.systemUTC();
        Instant now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS);
        Path log = SqliteLog.configured(spec);
        Path keptAs = log.resolveSibling(
                log.getFileName() + ".before-" + now.toString().replace(":", ""));
        SqliteBackup.Content content = SqliteBackup.restore(file, log, keptAs, clock);
        boolean keysToo = SqliteKeyStore.restoreIfMissing(BackupFiles.keysOf(file), log);
        try (KeyStore keys = SqliteKeyStore.open(log)) {
            keys.record(CommandAct.of(
                    ActorType.SYSTEM,
                    "backup.restore",
                    now,
                    Map.of("file", file.toString(), "events", Long.toString(content.events()))));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf("Restored %,d events%s.%n", content.events(), keysToo ? " and the keys" : "");
        if (Files.exists(keptAs)) {
            out.println("The log that was there is " + keptAs + ".");
        }
        out.flush();
        return 0;
    }
}
