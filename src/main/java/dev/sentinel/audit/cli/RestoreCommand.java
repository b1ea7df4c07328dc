package dev.sentinel.audit.cli;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.Renumbering;
import dev.sentinel.audit.evidence.verify.NoteFile;
import dev.sentinel.audit.evidence.verify.Result;
import dev.sentinel.audit.evidence.verify.Trust;
import dev.sentinel.audit.evidence.verify.Verdict;
import dev.sentinel.audit.evidence.verify.Verification;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.sqlite.DestinationCopy;
import dev.sentinel.audit.store.sqlite.KeyFile;
import dev.sentinel.audit.store.sqlite.RootGuard;
import dev.sentinel.audit.store.sqlite.SqliteRestore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel restore}. */
@Command(
        name = "restore",
        description =
                "Verifies a copy of a log and of its events, replaces the log with it and builds its index. The server"
                        + " must not run. The old log is kept.",
        mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A file written by bin/sentinel backup or sqlite3 .backup.")
    private Path file;

    @Override
    public Integer call() {
        Clock clock = Clock.systemUTC();
        Instant now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS);
        SentinelConfig config = SentinelConfig.fromEnvironment(System.getenv());
        Path log = SqliteLog.of(config, spec);
        RootGuard.check("restore", log);
        Path keysCopy = BackupFiles.keysOf(file);
        Path destinationsCopy = BackupFiles.destinationsOf(file);
        DestinationCopy.check(destinationsCopy, log);
        try (SqliteRestore restore =
                SqliteRestore.prepare(file, keysCopy, RestoreCommand::checkAgainstCheckpoint, log, now, clock)) {
            boolean keysToo = KeyFile.restoreIfMissing(keysCopy, log);
            DestinationCopy.restoreIfMissing(destinationsCopy, log);
            // Before the log is replaced: after a crash between the two, a server would go on where events are missing.
            List<String> held = DestinationCopy.holdBeyond(log, restore.events());
            try (KeyFile keys = KeyFile.open(log)) {
                Renumbering.interrupted(config.evidence(), restore).ifPresent(left -> {
                    try (left) {
                        left.finish(keys::record);
                    }
                });
                Optional<Map<String, String>> next = run(config, restore, keys, now);
                report(restore, keysToo, next, held);
            }
        }
        return 0;
    }

    /** Replaces the log. What is lost by a crash after that is what the server finishes at its next start. */
    private Optional<Map<String, String>> run(SentinelConfig config, SqliteRestore restore, KeyFile keys, Instant now) {
        AdminAct restored = CommandAct.of(
                ActorType.SYSTEM,
                "backup.restore",
                now,
                Map.of("file", file.toString(), "events", Long.toString(restore.events())));
        Optional<Renumbering> next = Renumbering.prepare(
                config.evidence(),
                restore,
                "restored " + file.getFileName(),
                details -> List.of(restored, LogCommand.renumbered(now, details)));
        if (next.isEmpty()) {
            restore.begin(0);
            keys.record(restored);
            return Optional.empty();
        }
        try (Renumbering renumbering = next.get()) {
            restore.begin(renumbering.number());
            renumbering.finish(keys::record);
            return Optional.of(renumbering.details());
        }
    }

    private void report(SqliteRestore restore, boolean keysToo, Optional<Map<String, String>> next, List<String> held) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("Restored %,d events%s.%n", restore.events(), keysToo ? " and the keys" : "");
        if (Files.exists(restore.keptAs())) {
            out.println("The old log is " + restore.keptAs() + ".");
        }
        next.ifPresent(details -> out.println("The log goes on as "
                + details.get("origin")
                + ", because what was signed since the copy is not in it. Its new key is "
                + details.get("vkey")));
        if (!held.isEmpty()) {
            out.println("These destinations have events that the copy does not have, and wait until somebody says where"
                    + " they go on: "
                    + String.join(", ", held));
        }
        if (restore.drawsLegacyKey() && next.isPresent()) {
            out.println("The copy is from before the log was signed, and the log that would have the key to the seals"
                    + " of its events cannot be read. Receipts and proofs of these events do not fit any more.");
        }
        out.flush();
    }

    /** The key is not asked for: the checkpoint is as safe as the copy, and shows only damage and mistakes. */
    private static void checkAgainstCheckpoint(Path copy) {
        Path note = BackupFiles.checkpointOf(copy);
        if (!Files.exists(note)) {
            return;
        }
        Verdict verdict;
        try {
            Trust trust = new Trust(List.of(), Optional.empty());
            verdict = new Verification(trust, NoteFile.read(note, trust), (done, total) -> {}).log(copy, 0);
        } catch (IOException e) {
            throw new Unusable(note + " cannot be read: " + e.getMessage() + "; move it away to restore without it", e);
        }
        if (verdict.result() != Result.UNPINNED && verdict.result() != Result.CONSISTENT) {
            throw new Unusable(
                    copy + " does not have the events of the checkpoint beside it (" + verdict.result()
                            + "); see bin/sentinel verify --db " + copy + " --checkpoint " + note
                            + ", or move the checkpoint away to restore it all the same",
                    null);
        }
    }
}
