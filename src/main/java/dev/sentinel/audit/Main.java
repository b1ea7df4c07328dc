package dev.sentinel.audit;

import dev.sentinel.audit.cli.BackupCommand;
import dev.sentinel.audit.cli.DemoCommand;
import dev.sentinel.audit.cli.KeysCommand;
import dev.sentinel.audit.cli.MigrateCommand;
import dev.sentinel.audit.cli.RestoreCommand;
import dev.sentinel.audit.config.ConfigException;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.ops.systemd.ServiceManager;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command line of {@code bin/sentinel}. A failure is one line and an exit code: 1 if something is in the way, 2 if
 * the configuration or the command line is wrong.
 */
@Command(
        name = "sentinel",
        description = "The flight recorder for AI agents. Configuration is by environment variables only;"
                + " conf/sentinel.env lists them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            Main.Serve.class,
            Main.Health.class,
            KeysCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            MigrateCommand.class,
            DemoCommand.class
        })
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_CONFIGURATION = 2;

    /** Shorter than the 30 s after which service managers kill. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(25);

    private Main() {}

    /** Runs a command. */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && !arguments[0].equals("serve")) {
            // Before anything logs: on standard output, other commands have their results.
            System.setProperty("LOG_TARGET", "System.err");
        }
        int exit = new CommandLine(new Main())
                .setExecutionExceptionHandler(Main::explain)
                .setParameterExceptionHandler(Main::explain)
                .execute(arguments);
        if (exit != Serve.RUNNING) {
            System.exit(exit);
        }
    }

    /** One line, and where to read on: the whole usage would hide it. */
    private static int explain(CommandLine.ParameterException cause, String[] arguments) {
        CommandLine command = cause.getCommandLine();
        command.getErr().println("sentinel: " + cause.getMessage());
        command.getErr().println("See: bin/" + command.getCommandSpec().qualifiedName() + " --help");
        return WRONG_CONFIGURATION;
    }

    private static int explain(Exception cause, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (cause instanceof ConfigException || cause instanceof Failure) {
            command.getErr().println("sentinel: " + cause.getMessage());
            return cause instanceof ConfigException ? WRONG_CONFIGURATION : FAILED;
        }
        throw cause;
    }

    /** Tells the version that Maven wrote into the jar. */
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

    /** Runs the server until the process is told to end. */
    @Command(name = "serve", description = "Runs the server.", mixinStandardHelpOptions = true)
    static final class Serve implements Callable<Integer> {
        /** The server's threads go on; the process must not exit. */
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
                return WRONG_CONFIGURATION;
            }
            String version = Version.text();
            Future<Sentinel> starting = Sentinel.start(config, version);
            try {
                Sentinel sentinel = starting.await();
                ServiceManager manager = ServiceManager.of(
                        System.getenv(), ProcessHandle.current().pid());
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(sentinel, manager), "sentinel-stop"));
                log.info(
                        "ready url=http://{}:{} database={} version={} ms={}",
                        sentinel.host(),
                        sentinel.port(),
                        config.store().database(),
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

        private static String reason(Throwable cause, SentinelConfig config) {
            if (cause instanceof BindException) {
                return "PORT " + config.http().port() + " on HOST "
                        + config.http().host() + " cannot be listened on (" + cause.getMessage()
                        + "); is another server running?";
            }
            if (cause instanceof Failure) {
                return cause.getMessage();
            }
            return cause.toString();
        }

        /** A JVM that a signal ends would exit with 143; a server that stopped as it was told exits with 0. */
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
                log.error("stopped late or not completely consequence=\"nothing that was acknowledged is lost\"", e);
                exit = FAILED;
            }
            Runtime.getRuntime().halt(exit);
        }
    }

    /** Asks a running server whether it is ready, for container health checks. */
    @Command(name = "health", description = "Exits with 0 if the server is ready.", mixinStandardHelpOptions = true)
    static final class Health implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            Map<String, String> environment = System.getenv();
            String host = environment.getOrDefault("HOST", "127.0.0.1");
            URI ready = URI.create("http://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":"
                    + environment.getOrDefault("PORT", "8000") + "/health/ready");
            HttpRequest request =
                    HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(3)).build();
            PrintWriter out = spec.commandLine().getOut();
            try {
                HttpResponse<String> answer =
                        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                out.println(answer.body());
                return answer.statusCode() == 200 ? 0 : FAILED;
            } catch (IOException e) {
                out.println("no answer from " + ready);
                return FAILED;
            }
        }
    }
}
