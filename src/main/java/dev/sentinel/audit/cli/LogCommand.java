package dev.sentinel.audit.cli;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.Renumbering;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.NumberedLog;
import dev.sentinel.audit.store.sqlite.KeyFile;
import dev.sentinel.audit.store.sqlite.RootGuard;
import dev.sentinel.audit.store.sqlite.SqliteNumberedLog;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel log}. */
@Command(
        name = "log",
        description = "Manages the signed log.",
        mixinStandardHelpOptions = true,
        subcommands = LogCommand.Renumber.class)
public final class LogCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Name a command: renumber.");
    }

    /**
     * Begins the next number of the log, and has the server capture that.
     *
     * @return empty if no number was ever begun
     */
    static Optional<Renumbering.Begun> renumber(Path log, String reason, Instant now) {
        Optional<Renumbering.Begun> begun;
        try (NumberedLog numbered = SqliteNumberedLog.open(log)) {
            begun = Renumbering.run(
                    SentinelConfig.fromEnvironment(System.getenv()).evidence(), numbered, reason);
        }
        if (begun.isPresent()) {
            try (KeyFile keys = KeyFile.open(log)) {
                keys.record(CommandAct.of(
                        ActorType.SYSTEM, "log.renumbered", now, begun.get().details()));
            }
        }
        return begun;
    }

    /** {@code bin/sentinel log renumber}. */
    @Command(
            name = "renumber",
            description =
                    "Begins the next number of the log: the same events under another name and key. For a log that is"
                            + " not signed any more, because it is shorter than what was signed, or because the"
                            + " signer lost its memory. The server must not run. The log records why.",
            mixinStandardHelpOptions = true)
    static final class Renumber implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Option(names = "--reason", required = true, description = "Why, for those who read the log.")
        private String reason;

        @Override
        public Integer call() {
            Path log = SqliteLog.configured(spec);
            RootGuard.check("log", log);
            Instant now = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS);
            PrintWriter out = spec.commandLine().getOut();
            Optional<Renumbering.Begun> begun = renumber(log, reason, now);
            out.println(
                    begun.isPresent()
                            ? "The log goes on as " + begun.get().details().get("origin")
                                    + ". Give its new key to those who verify it: "
                                    + begun.get().details().get("vkey")
                            : "The log was never signed, so it needs no other number.");
            out.flush();
            return 0;
        }
    }
}
