package dev.sentinel.audit;

import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.cli.BackupCommand;
import dev.sentinel.audit.cli.ConnectCommand;
import dev.sentinel.audit.cli.DemoCommand;
import dev.sentinel.audit.cli.DestinationsCommand;
import dev.sentinel.audit.cli.KeysCommand;
import dev.sentinel.audit.cli.LogCommand;
import dev.sentinel.audit.cli.MigrateCommand;
import dev.sentinel.audit.cli.RestoreCommand;
import dev.sentinel.audit.cli.VerifyCommand;
import dev.sentinel.audit.cli.WitnessCommand;
import dev.sentinel.audit.config.ConfigException;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.SocketError;
import dev.sentinel.audit.forward.file.StandardOutputType;
import dev.sentinel.audit.ops.systemd.ServiceManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line of {@code bin/sentinel}. A failure is one line and an exit code: 1 for a failure at run time, 2 if
 * the configuration or the command line is invalid.
 */
@Command(
        name = "sentinel",
        description = "The flight recorder for AI agents. Configuration is by environment variables only;"
                + " conf/sentinel.env lists them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            Main.Serve.class,
            KeysCommand.class,
            DestinationsCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            MigrateCommand.class,
            LogCommand.class,
            VerifyCommand.class,
            WitnessCommand.class,
            ConnectCommand.class,
            DemoCommand.class
        })
public final class Main {
    private static final int FAILED = 1;
    private static final int INVALID_CONFIGURATION = 2;

    /** Shorter than the 30 s after which service managers kill a process. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(25);

    private Main() {}

    /** Runs a command. */
    public static void main(String[] arguments) {
        boolean isServer = arguments.length == 0 || arguments[0].equals("serve");
        if (!isServer || StandardOutputType.isIn(System.getenv())) {
            // Before anything logs: results of commands, and events, are alone on standard output.
            System.setProperty("LOG_TARGET", "System.err");
        }
        // The server needs no command line: reading the annotations of all commands is a sixth of the work of a start.
        int exit = List.of(arguments).equals(List.of("serve"))
                ? new Serve().call()
                : new CommandLine(new Main())
                        .setExecutionExceptionHandler(Main::explain)
                        .setParameterExceptionHandler(Main::explain)
                        .execute(arguments);
        if (exit != Serve.RUNNING) {
            System.exit(exit);
        }
    }

    /** Prints one line and a pointer to the help: the whole usage text would hide the line. */
    private static int explain(CommandLine.ParameterException cause, String[] arguments) {
        CommandLine command = cause.getCommandLine();
        command.getErr().println("sentinel: " + cause.getMessage());
        command.getErr().println("See: bin/" + command.getCommandSpec().qualifiedName() + " --help");
        return INVALID_CONFIGURATION;
    }

    private static int explain(Exception cause, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (cause instanceof ConfigException || cause instanceof Failure) {
            command.getErr().println("sentinel: " + cause.getMessage());
            return cause instanceof ConfigException ? INVALID_CONFIGURATION : FAILED;
        }
        throw cause;
    }

    /** The version that Maven wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sentinel " + text()};
        }

        static String text() {
            Properties properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return properties.getProperty("version");
        }
    }

    /** Runs the server until the process gets a signal to stop. */
    @Command(name = "serve", description = "Runs the server.", mixinStandardHelpOptions = true)
    static final class Serve implements Callable<Integer> {
        /** The server's threads keep running; the process must not exit. */
        static final int RUNNING = -1;

        private final Logger log = LoggerFactory.getLogger("dev.sentinel.audit.serve");

        @Override
        public Integer call() {
            long started = System.nanoTime();
            SentinelConfig config;
            try {
                config = SentinelConfig.fromEnvironment(System.getenv());
            } catch (ConfigException e) {
                log.error("{}", e.getMessage());
                return INVALID_CONFIGURATION;
            }
            try {
                Databases.restrictAccess(
                        SentinelConfig.dataDirectory(System.getenv()),
                        config.store().database());
                String version = Version.text();
                Sentinel sentinel = Sentinel.start(config, version).await();
                ServiceManager manager = ServiceManager.of(
                        System.getenv(), ProcessHandle.current().pid());
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(sentinel, manager), "sentinel-stop"));
                log.info(
                        "ready url=http://{} database={} transport={} version={} ms={}",
                        inUrl(sentinel.host()) + ":" + sentinel.port()
                                + config.http().basePath().prefix(),
                        config.store().database(),
                        sentinel.transport(),
                        version,
                        (System.nanoTime() - started) / 1_000_000);
                manager.ready(sentinel::isResponsive);
                return RUNNING;
            } catch (Throwable e) {
                log.error("cannot start: {}", reason(e, config));
                log.debug("cannot start", e);
                return FAILED;
            }
        }

        /** An IPv6 address is in brackets (RFC 3986, section 3.2.2). */
        private static String inUrl(String host) {
            return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        }

        private static String reason(Throwable cause, SentinelConfig config) {
            if (SocketError.isOfBinding(cause)) {
                return "cannot listen on HOST " + config.http().host() + ", PORT "
                        + config.http().port() + " (" + SocketError.reason(cause)
                        + "); check whether another server is running";
            }
            if (cause instanceof Failure) {
                return cause.getMessage();
            }
            return cause.toString();
        }

        /** After a signal, the JVM would exit with 143; a server that stopped cleanly exits with 0. */
        private void stop(Sentinel sentinel, ServiceManager manager) {
            manager.stopping();
            log.info("stopping deadline={}s", STOP_DEADLINE.toSeconds());
            int exit = 0;
            try {
                sentinel.stop()
                        .timeout(STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                        .await();
                log.info("stopped");
            } catch (Throwable e) {
                log.error("stop incomplete or too late effect=\"no acknowledged event is lost\"", e);
                exit = FAILED;
            }
            Runtime.getRuntime().halt(exit);
        }
    }
}
