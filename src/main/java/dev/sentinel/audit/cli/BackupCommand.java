package dev.sentinel.audit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.SignerFiles;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.sqlite.DataDirectory;
import dev.sentinel.audit.store.sqlite.DestinationCopy;
import dev.sentinel.audit.store.sqlite.KeyFile;
import dev.sentinel.audit.store.sqlite.RootGuard;
import dev.sentinel.audit.store.sqlite.SqliteBackup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel backup}. */
@Command(
        name = "backup",
        description = "Copies the log while the server runs, verifies the copy, and prints its path. Copies the keys"
                + " and the destinations beside it.",
        mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--to", description = "Directory for copies; default: backups in DATA_DIR.")
    private @Nullable Path to;

    @Option(names = "--keep", description = "Deletes copies older than this, such as 7d; never the newest.")
    private @Nullable String keep;

    @Override
    public Integer call() throws IOException {
        Instant now = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS);
        Duration keptFor = keep == null ? null : DurationOption.parse(spec, "--keep", keep);
        SentinelConfig config = SentinelConfig.fromEnvironment(System.getenv());
        Path log = SqliteLog.of(config, spec);
        Path directory = to == null ? log.resolveSibling("backups") : to.toAbsolutePath();
        BackupFiles files = new BackupFiles(directory);
        Path target = files.at(now);
        RootGuard.check("backup", log);
        RootGuard.check("backup", target);
        // Before the copy, so that the copy has the events that it covers.
        Optional<SignedNote> checkpoint = newest(config.evidence());
        DestinationCopy.write(log, BackupFiles.destinationsOf(target));
        SqliteBackup.Content content;
        try (KeyFile keys = KeyFile.open(log)) {
            content = SqliteBackup.write(log, target);
            DataDirectory.restrictBackups(directory, log);
            keys.copyTo(BackupFiles.keysOf(target));
            if (covers(checkpoint, content.events())) {
                PrivateFiles.replace(
                        BackupFiles.checkpointOf(target),
                        checkpoint.get().toString().getBytes(UTF_8));
            }
            keys.record(CommandAct.of(
                    ActorType.SYSTEM,
                    "backup.create",
                    now,
                    Map.of("file", target.toString(), "events", Long.toString(content.events()))));
        }
        PrintWriter err = spec.commandLine().getErr();
        err.printf("Wrote and verified %,d events, %,d bytes.%n", content.events(), content.bytes());
        List<Path> old = keptFor == null ? List.of() : files.olderThan(now.minus(keptFor), target);
        for (Path file : old) {
            Files.deleteIfExists(BackupFiles.keysOf(file));
            Files.deleteIfExists(BackupFiles.destinationsOf(file));
            Files.deleteIfExists(BackupFiles.checkpointOf(file));
            Files.delete(file);
            err.println("Deleted " + file + ".");
        }
        err.flush();
        PrintWriter out = spec.commandLine().getOut();
        out.println(target);
        out.flush();
        return 0;
    }

    /** One of no events says nothing, and one of more events would make a restore refuse the copy. */
    private static boolean covers(Optional<SignedNote> checkpoint, long events) {
        long size = checkpoint.map(note -> Checkpoint.parse(note.text()).size()).orElse(0L);
        return size > 0 && size <= events;
    }

    /** What was signed last; empty if nothing was, or if it cannot be read, which must not prevent a backup. */
    private Optional<SignedNote> newest(EvidenceConfig config) {
        SignerFiles files = new SignerFiles(config.signingKey());
        try {
            return files.state(files.highest());
        } catch (Failure | MalformedNoteException e) {
            spec.commandLine().getErr().println("The copy has no checkpoint: " + e.getMessage());
            return Optional.empty();
        }
    }
}
