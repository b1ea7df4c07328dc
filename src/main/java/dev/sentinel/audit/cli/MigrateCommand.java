package dev.sentinel.audit.cli;

import dev.sentinel.audit.backend.Migrations;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.DatabaseUrl;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.SignerMove;
import dev.sentinel.audit.store.migrate.EventSource;
import dev.sentinel.audit.store.migrate.Refusals;
import dev.sentinel.audit.store.migrate.Verdict;
import dev.sentinel.audit.store.sqlite.RootGuard;
import dev.sentinel.audit.store.sqlite.RowReportFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bin/sentinel migrate}. Not captured as an event, unlike other commands: the target must hold exactly what the
 * source holds.
 */
@Command(
        name = "migrate",
        description = {
            "Copies the events and the keys of a database into another one, and verifies the result. The source is only"
                    + " read. The server of an SQLite file may keep running; those of PostgreSQL must be stopped. If"
                    + " the command is interrupted, run it again to continue.",
            "A log is copied from SQLite to PostgreSQL or back unchanged, with its positions and times. With --merge,"
                    + " or from a database of the Python server, events are added to the target as if they were sent"
                    + " now."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:everything is migrated and verified",
            "1:the migration failed; the line on standard error has the reason",
            "2:the command line or the configuration is invalid",
            "3:everything is migrated and verified, except rows that are not valid events or have the id of another"
                    + " event",
            "4:the target differs from the source"
        },
        mixinStandardHelpOptions = true)
public final class MigrateCommand implements Callable<Integer> {
    private static final int ROWS_REFUSED = 3;
    private static final int MISMATCH = 4;

    /** A name of ours, so that the server knows the file; see {@link RowReportFile}. */
    private static final String REPORT = "sentinel_audit.migrate-%s.ndjson";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "URL",
            description =
                    "sqlite:file (in DATA_DIR) or sqlite:///absolute/path: a log, a copy of one, or a database of the"
                            + " Python server. Or like DATABASE_URL of servers with PostgreSQL.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "URL",
            description = "Like DATABASE_URL, which is the default and hides the password from the process list.")
    private @Nullable String to;

    @Option(names = "--merge", description = "Adds to a target that may hold other events.")
    private boolean merge;

    @Option(
            names = "--dry-run",
            description = "Checks everything, reports what would be migrated, writes nothing but that report.")
    private boolean dryRun;

    @Option(
            names = "--shorten",
            description = "From a database of the Python server: shortens values that are only too long, instead of"
                    + " refusing their rows. Reads all rows again.")
    private boolean shorten;

    @Option(
            names = "--reread",
            description = "Reads all rows again, after rows that were refused have been repaired in the source.")
    private boolean reread;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "A new file for every row that is refused or changed, as NDJSON; default: in DATA_DIR.")
    private @Nullable Path reportFile;

    @Override
    public Integer call() {
        Map<String, String> environment = System.getenv();
        SentinelConfig config = SentinelConfig.fromEnvironment(environment);
        Path data = Path.of(environment.getOrDefault("DATA_DIR", "data"));
        Database source = DatabaseUrl.parse("--from", from, data);
        Database target = to == null ? config.store().database() : DatabaseUrl.parse("--to", to, data);
        if (isSame(source, target)) {
            throw wrong("--from and --to must be different; give --to, or set DATABASE_URL.");
        }
        for (Database database : List.of(source, target)) {
            if (database instanceof Database.Sqlite file) {
                RootGuard.check("migrate", file.logFile());
            }
        }
        Path reported = reportFile == null ? data.resolve(REPORT.formatted(time())) : reportFile;
        RootGuard.check("migrate", reported);
        // Not before a log is copied: a merge moves no keys, and may be one of two databases without any.
        Migrations.KeyCheck keys = (logId, announced) ->
                KeyFiles.of(source, target, environment, config).move().check(logId, announced);
        Thread stopped = new Thread(() -> explain("migrate: stopped; run the same command to continue"), "stopped");
        try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
                RowReportFile report = new RowReportFile(reported);
                Migrations migrations = new Migrations(
                        source,
                        config.store().with(target),
                        config.redaction().rules(),
                        merge,
                        new Migrations.Rows(shorten, shorten || reread, report),
                        progress)) {
            if (dryRun) {
                Migrations.Rehearsal rehearsal = migrations.rehearse(keys);
                list(rehearsal.refused(), report);
                return report(rehearsal);
            }
            Runtime.getRuntime().addShutdownHook(stopped);
            Migrations.Result result = migrations.run(keys);
            list(result.refused(), report);
            int exit = report(result);
            if (exit == 0 && result.behind() == 0 && result.logNumber() > 0) {
                KeyFiles files = KeyFiles.of(source, target, environment, config);
                explain("migrate: " + fate(files.move().run(), files.target()));
            }
            return exit;
        } finally {
            forget(stopped);
        }
    }

    /** Has no effect if the process is already ending. */
    private static void forget(Thread stopped) {
        try {
            Runtime.getRuntime().removeShutdownHook(stopped);
        } catch (IllegalStateException e) {
            // The hook prints its line.
        }
    }

    private static boolean isSame(Database one, Database other) {
        if (one instanceof Database.Sqlite file && other instanceof Database.Sqlite otherFile) {
            return isSame(file.logFile(), otherFile.logFile());
        }
        return one.equals(other);
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
        say("migrate: would migrate events=%d from_position=%d agents=%d keeps_seq=%s refused=%d"
                .formatted(
                        rehearsal.events() - rehearsal.refused().count(),
                        rehearsal.from(),
                        rehearsal.agents(),
                        rehearsal.keepsPositions() ? "yes" : "no",
                        rehearsal.refused().count()));
        return rehearsal.refused().count() == 0 ? 0 : ROWS_REFUSED;
    }

    private int report(Migrations.Result result) {
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
            explain("migrate: %,d more were added to the source meanwhile; stop its server and run this again"
                    .formatted(result.behind()));
        }
        return refused == 0 ? 0 : ROWS_REFUSED;
    }

    /**
     * With the log, its number goes on in the target, and so must its key: the source must not sign any more. Keys that
     * the environment names stay there if they were there before.
     */
    private record KeyFiles(Path source, Path target, boolean isShared) {
        static KeyFiles of(Database from, Database into, Map<String, String> environment, SentinelConfig config) {
            boolean isNamed = !environment.getOrDefault("SIGNING_KEY_FILE", "").isEmpty();
            Path named = isNamed ? config.evidence().signingKey() : null;
            Path source = from instanceof Database.Sqlite file
                    ? beside(file.logFile())
                    : into instanceof Database.Sqlite file && named == null ? beside(file.logFile()) : named;
            return new KeyFiles(source, named == null ? source : named, into instanceof Database.Postgres);
        }

        SignerMove move() {
            return new SignerMove(source, target, isShared);
        }

        /** Where a server keeps the keys of a log if it is not told otherwise. */
        private static Path beside(Path log) {
            return log.toAbsolutePath().resolveSibling("signer").resolve("log.key");
        }
    }

    private static String fate(SignerMove.Result result, Path target) {
        return switch (result) {
            case MOVED -> "moved the signing keys to " + target + "; the source signs no more";
            case STAYED -> "the source signs no more; set SIGNING_KEY_FILE=" + target + " for the new servers";
            case NONE ->
                "the signing key was not found; bring it, with the file .state beside it, to where"
                        + " SIGNING_KEY_FILE of the new servers points, and do not start the source again";
            case IN_USE -> "the server of the source signs; stop it and run this again, so that the keys move, too";
        };
    }

    private static String time() {
        return DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(Instant.now(Clock.systemUTC()));
    }

    private void list(Refusals refusals, RowReportFile report) {
        for (EventSource.Refused refused : refusals.first()) {
            explain("migrate: refused row=%d reason=\"%s\"".formatted(refused.position(), refused.reason()));
        }
        long more = refusals.count() - refusals.first().size();
        if (more > 0) {
            explain("migrate: refused %,d more".formatted(more));
        }
        if (report.rows() > 0) {
            explain("migrate: report refused=%d changed=%d file=%s"
                    .formatted(refusals.count(), refusals.changed(), report.file()));
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
