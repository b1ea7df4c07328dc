package dev.sentinel.audit.cli;

import dev.sentinel.audit.backend.Migrations;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.DatabaseUrl;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.store.migrate.EventSource;
import dev.sentinel.audit.store.migrate.Refusals;
import dev.sentinel.audit.store.migrate.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bin/sentinel migrate}. Not captured as an event, unlike other commands: the target is to hold what the source
 * holds.
 */
@Command(
        name = "migrate",
        description = {
            "Moves the events of an SQLite file into another database, and the keys beside it, and verifies all of it. The"
                    + " source is only read, and its server may go on. Whatever ends it, the same command goes on from there.",
            "A log goes to PostgreSQL as it is, with its positions and times. With --merge, and from a database of the Python"
                    + " server, events are added to the target as if they were sent now."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all is moved and verified",
            "1:it could not be done; the line on standard error says why",
            "2:the command line or the configuration is wrong",
            "3:all is moved and verified, but for rows that are no valid events or have the id of another one",
            "4:the target does not hold what the source holds"
        },
        mixinStandardHelpOptions = true)
public final class MigrateCommand implements Callable<Integer> {
    private static final int ROWS_REFUSED = 3;
    private static final int MISMATCH = 4;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "URL",
            description =
                    "sqlite:file (in DATA_DIR) or sqlite:///absolute/path; a log, a copy of one, or a database of the"
                            + " Python server.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "URL",
            description = "As DATABASE_URL, which is the default and tells no password to those who list processes.")
    private @Nullable String to;

    @Option(names = "--merge", description = "The target may hold other events, and keeps them.")
    private boolean merge;

    @Option(names = "--dry-run", description = "Checks everything, says what would be moved, writes nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        Map<String, String> environment = System.getenv();
        SentinelConfig config = SentinelConfig.fromEnvironment(environment);
        Path data = Path.of(environment.getOrDefault("DATA_DIR", "data"));
        if (!(DatabaseUrl.parse("--from", from, data) instanceof Database.Sqlite source)) {
            throw wrong("--from must be an SQLite file, sqlite:file or sqlite:///absolute/path.");
        }
        Database target = to == null ? config.store().database() : DatabaseUrl.parse("--to", to, data);
        if (target instanceof Database.Sqlite file && isSame(source.logFile(), file.logFile())) {
            throw wrong("--from and --to must not be the same; give --to, or set DATABASE_URL.");
        }
        Thread stopped = new Thread(() -> explain("migrate: stopped; the same command goes on from there"), "stopped");
        try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
                Migrations migrations = new Migrations(
                        source.logFile(),
                        config.store().with(target),
                        config.redaction().rules(),
                        merge,
                        progress)) {
            if (dryRun) {
                return report(migrations.rehearse());
            }
            Runtime.getRuntime().addShutdownHook(stopped);
            return report(migrations.run());
        } finally {
            forget(stopped);
        }
    }

    /** Too late when the process is ending already. */
    private static void forget(Thread stopped) {
        try {
            Runtime.getRuntime().removeShutdownHook(stopped);
        } catch (IllegalStateException e) {
            // It says what there is to say.
        }
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return one.toAbsolutePath()
                            .normalize()
                            .equals(other.toAbsolutePath().normalize())
                    || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
        } catch (IOException e) {
            return false;
        }
    }

    private int report(Migrations.Rehearsal rehearsal) {
        list(rehearsal.refused());
        say("migrate: would move events=%d from_position=%d agents=%d keeps_seq=%s refused=%d"
                .formatted(
                        rehearsal.events() - rehearsal.refused().count(),
                        rehearsal.from(),
                        rehearsal.agents(),
                        rehearsal.keepsPositions() ? "yes" : "no",
                        rehearsal.refused().count()));
        return rehearsal.refused().count() == 0 ? 0 : ROWS_REFUSED;
    }

    private int report(Migrations.Result result) {
        list(result.refused());
        if (result.verdict() instanceof Verdict.Mismatch mismatch) {
            say("migrate: MISMATCH " + mismatch.what());
            return MISMATCH;
        }
        Verdict.Verified verified = (Verdict.Verified) result.verdict();
        long refused = result.refused().count();
        say("migrate: verified events=%d agents=%s digest=sha256:%s"
                        .formatted(
                                verified.events(),
                                verified.agents() < 0 ? "not-compared" : Long.toString(verified.agents()),
                                verified.digest())
                + (refused == 0 ? "" : " refused=" + refused));
        if (result.behind() > 0) {
            explain("migrate: %,d more have come to the source meanwhile; stop its server and run this once more"
                    .formatted(result.behind()));
        }
        return refused == 0 ? 0 : ROWS_REFUSED;
    }

    private void list(Refusals refusals) {
        for (EventSource.Refused refused : refusals.first()) {
            explain("migrate: refused row=%d reason=\"%s\"".formatted(refused.position(), refused.reason()));
        }
        long more = refusals.count() - refusals.first().size();
        if (more > 0) {
            explain("migrate: refused %,d more".formatted(more));
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private void explain(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
