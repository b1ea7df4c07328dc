package dev.sentinel.audit.cli;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.KeyRotation;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.SignedLog;
import dev.sentinel.audit.store.postgres.PostgresNumberedLog;
import dev.sentinel.audit.store.sqlite.KeyFile;
import dev.sentinel.audit.store.sqlite.RootGuard;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel log rotate}. */
@Command(
        name = "rotate",
        description =
                "Replaces the key that signs the log, and prints the new one. For a while both keys sign. Servers may"
                        + " run. If the command is interrupted, run it again. Not for a key that somebody else may"
                        + " have: then use renumber.",
        mixinStandardHelpOptions = true)
final class LogRotateCommand implements Callable<Integer> {
    /** A key that could sign for ever was not replaced. */
    private static final Duration MAX_OVERLAP = Duration.ofDays(366);

    /** A server captures the act within a second, and then signs within another one. */
    private static final long SERVER_WAIT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long LOOK_MS = 100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--overlap",
            defaultValue = "7d",
            description = "How long the old key signs, too, at most 366d; default: ${DEFAULT-VALUE}.")
    private String overlap;

    @Override
    public Integer call() throws InterruptedException {
        Duration both = DurationOption.parse(spec, "--overlap", overlap);
        if (both.compareTo(MAX_OVERLAP) > 0) {
            throw new ParameterException(spec.commandLine(), "--overlap must be at most 366d.");
        }
        SentinelConfig config = SentinelConfig.fromEnvironment(System.getenv());
        Instant now = now();
        if (config.store().database() instanceof Database.Postgres postgres) {
            rotateShared(config, postgres, now, now.plus(both));
            return 0;
        }
        Path log = SqliteLog.of(config, spec);
        RootGuard.check("log", log);
        SignedLog.Standing alone = new SignedLog.Standing(0, 0, true, Map.of());
        try (KeyRotation rotation =
                KeyRotation.begin(config.evidence(), alone, false, now.plus(both), details -> act(now, details))) {
            finish(rotation, false, act -> {
                try (KeyFile keys = KeyFile.open(log)) {
                    keys.record(act);
                }
            });
        }
        return 0;
    }

    private void rotateShared(SentinelConfig config, Database.Postgres database, Instant now, Instant until)
            throws InterruptedException {
        if (!config.evidence().makesKey()) {
            throw new ParameterException(
                    spec.commandLine(), "Set SIGNING_KEY_FILE to that of the servers: the new key is made there.");
        }
        SignedLog.Standing standing = standing(config, database);
        KeyAccess keys = new KeyAccess("log", config.store());
        try (KeyRotation rotation =
                KeyRotation.begin(config.evidence(), standing, true, until, details -> act(now, details))) {
            finish(rotation, true, act -> keys.with(store -> store.record(act)));
        }
    }

    private static SignedLog.Standing standing(SentinelConfig config, Database.Postgres database) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            return PostgresNumberedLog.standing(vertx, database, config.store().timeout());
        } finally {
            // Not awaited: a connection to a database that hangs ends with the process.
            vertx.close();
        }
    }

    private static Instant now() {
        return Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS);
    }

    private static AdminAct act(Instant now, Map<String, String> details) {
        return CommandAct.of(ActorType.HUMAN, "log.key_rotated", now, details);
    }

    /** A server that holds the keys notices when it captures the act. */
    private void finish(KeyRotation rotation, boolean isShared, Consumer<AdminAct> record) throws InterruptedException {
        record.accept(rotation.act());
        long began = System.nanoTime();
        boolean done = rotation.finish(now());
        while (!done && System.nanoTime() - began < SERVER_WAIT_NANOS) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            done = rotation.finish(now());
        }
        report(rotation, isShared, done);
    }

    private void report(KeyRotation rotation, boolean isShared, boolean done) {
        PrintWriter err = spec.commandLine().getErr();
        if (rotation.isContinued()) {
            err.println("An earlier command has made this key; no other one was made.");
        }
        err.println("The log " + rotation.next().name() + " has a new key. Until " + rotation.until()
                + " the old one signs, too: " + rotation.before());
        if (!done) {
            err.println("A process that holds the keys has not replaced the key yet; it does when it signs again, or at"
                    + " its next start.");
        }
        if (done && isShared) {
            err.println("Copy these files to every other server that has the old key, in this order:");
            rotation.copies().forEach(file -> err.println("  " + file));
        }
        err.println("Give the new key to those who verify the log, and to its witnesses:");
        err.flush();
        PrintWriter out = spec.commandLine().getOut();
        out.println(rotation.next());
        out.flush();
    }
}
