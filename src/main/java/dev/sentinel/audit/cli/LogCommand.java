package dev.sentinel.audit.cli;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.Renumbering;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.NumberedLog;
import dev.sentinel.audit.store.postgres.PostgresNumberedLog;
import dev.sentinel.audit.store.sqlite.KeyFile;
import dev.sentinel.audit.store.sqlite.RootGuard;
import dev.sentinel.audit.store.sqlite.SqliteNumberedLog;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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
        subcommands = {LogCommand.Renumber.class, LogRotateCommand.class})
public final class LogCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Name a command: renumber or rotate.");
    }

    /** The act that says that a number was begun. */
    static AdminAct renumbered(Instant now, Map<String, String> details) {
        return CommandAct.of(ActorType.SYSTEM, "log.renumbered", now, details);
    }

    /** {@code bin/sentinel log renumber}. */
    @Command(
            name = "renumber",
            description =
                    "Begins the next number of the log: the same events under another name and key. For a log that is"
                            + " not signed any more, because it is shorter than what was signed, or because the"
                            + " signer lost its memory. No server may run. The log records why.",
            mixinStandardHelpOptions = true)
    static final class Renumber implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Option(names = "--reason", required = true, description = "Why, for those who read the log.")
        private String reason;

        @Override
        public Integer call() {
            SentinelConfig config = SentinelConfig.fromEnvironment(System.getenv());
            Instant now = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS);
            PrintWriter out = spec.commandLine().getOut();
            out.println(renumber(config, now)
                    .map(details -> "The log goes on as " + details.get("origin")
                            + ". Give its new key to those who verify it: " + details.get("vkey"))
                    .orElse("The log was never signed, so it needs no other number."));
            out.flush();
            return 0;
        }

        private Optional<Map<String, String>> renumber(SentinelConfig config, Instant now) {
            if (!(config.store().database() instanceof Database.Postgres postgres)) {
                Path file = SqliteLog.of(config, spec);
                RootGuard.check("log", file);
                try (NumberedLog log = SqliteNumberedLog.open(file);
                        KeyFile keys = KeyFile.open(file)) {
                    return renumber(config.evidence(), log, keys::record, now);
                }
            }
            if (!config.evidence().makesKey()) {
                throw new ParameterException(
                        spec.commandLine(), "Set SIGNING_KEY_FILE to that of the servers: the new key is made there.");
            }
            KeyAccess keys = new KeyAccess("log", config.store());
            Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
            try (NumberedLog log =
                    PostgresNumberedLog.open(vertx, postgres, config.store().timeout())) {
                return renumber(config.evidence(), log, act -> keys.with(store -> store.record(act)), now);
            } finally {
                // Not awaited: a connection to a database that hangs ends with the process.
                vertx.close();
            }
        }

        /** Begins the next number, or finishes the one that an interrupted command has begun. */
        private Optional<Map<String, String>> renumber(
                EvidenceConfig config, NumberedLog log, Consumer<AdminAct> record, Instant now) {
            Optional<Renumbering> interrupted = Renumbering.interrupted(config, log);
            if (interrupted.isPresent()) {
                return finished(interrupted, record);
            }
            Optional<Renumbering> next =
                    Renumbering.prepare(config, log, reason, details -> List.of(renumbered(now, details)));
            next.ifPresent(begun -> log.begin(begun.number()));
            return finished(next, record);
        }

        private static Optional<Map<String, String>> finished(Optional<Renumbering> begun, Consumer<AdminAct> record) {
            return begun.map(renumbering -> {
                try (renumbering) {
                    renumbering.finish(record);
                    return renumbering.details();
                }
            });
        }
    }
}
