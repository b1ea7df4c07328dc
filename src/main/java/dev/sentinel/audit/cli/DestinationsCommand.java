package dev.sentinel.audit.cli;

import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.forward.AddressGuard;
import dev.sentinel.audit.forward.DestinationTool;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.DestinationTypes;
import dev.sentinel.audit.forward.InvalidDestinationException;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.plugin.Plugins;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.sqlite.RootGuard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel destinations}. A running server applies changes within a second. */
@Command(
        name = "destinations",
        description = "Shows and changes where the log is passed on to.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class DestinationsCommand {
    private static final String ROW = "%-24s  %-8s  %12s  %8s  %-11s  %s%n";

    /** The tool and the destinations are opened with it; a test needs no more than that it names a log. */
    private static final String SOURCE = "urn:sentinel:command";

    @Spec
    private CommandSpec spec;

    private final Clock clock = Clock.systemUTC();

    @Command(name = "list", description = "Lists all destinations.", mixinStandardHelpOptions = true)
    int list() {
        List<DestinationTool.Line> lines = with(DestinationTool::list);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(ROW, "ID", "STATE", "NEXT", "REFUSED", "MADE BY", "URL");
        for (DestinationTool.Line line : lines) {
            out.printf(
                    ROW,
                    line.id(),
                    line.state(),
                    line.next() < 0 ? "-" : line.next(),
                    line.refused(),
                    line.madeBy(),
                    line.url());
            if (!line.error().isEmpty()) {
                out.println("  " + line.error());
            }
        }
        out.flush();
        return 0;
    }

    @Command(description = "Makes a destination.", mixinStandardHelpOptions = true)
    int add(
            @Parameters(paramLabel = "ID", description = "1 to 40 lower-case letters, digits and -.") String id,
            @Parameters(paramLabel = "URL", description = "Where it is, such as file:/var/lib/sentinel/lake.")
                    String url,
            @Parameters(
                            paramLabel = "NAME=VALUE",
                            arity = "0..*",
                            description = "Options, filters such as status=error, and on_refused=stop or skip.")
                    @Nullable
                    List<String> parameters,
            @Option(
                            names = "--start",
                            defaultValue = "now",
                            description = "now, begin, seq:N or time:T; default: ${DEFAULT-VALUE}.")
                    String start) {
        Map<String, List<String>> named = new LinkedHashMap<>();
        for (String parameter : parameters == null ? List.<String>of() : parameters) {
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw wrong(parameter + " must be NAME=VALUE.");
            }
            named.computeIfAbsent(parameter.substring(0, equals), name -> new ArrayList<>())
                    .add(parameter.substring(equals + 1));
        }
        with(tool -> tool.add(id, url, named, start));
        return explain("Made destination " + id + ". A running server delivers within a second.");
    }

    @Command(
            description = "Tests a destination from here, on the path that deliveries take.",
            mixinStandardHelpOptions = true)
    int test(@Parameters(paramLabel = "ID") String id) {
        String failure = with(tool -> tool.test(id));
        explain(failure.isEmpty() ? "The destination " + id + " accepts deliveries." : "It does not: " + failure);
        return failure.isEmpty() ? 0 : 1;
    }

    @Command(description = "Pauses a destination; nothing is lost.", mixinStandardHelpOptions = true)
    int pause(@Parameters(paramLabel = "ID") String id) {
        with(tool -> tool.pause(id));
        return explain("Paused destination " + id + ".");
    }

    @Command(description = "Resumes a destination that is paused or stopped.", mixinStandardHelpOptions = true)
    int resume(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--from", description = "The position to go on at; default: where it was.") @Nullable
                    Long from) {
        with(tool -> tool.resume(id, from == null ? OptionalLong.empty() : OptionalLong.of(position("--from", from))));
        return explain("Resumed destination " + id + ".");
    }

    @Command(
            description = "Delivers a part of the log again, while live delivery goes on.",
            mixinStandardHelpOptions = true)
    int replay(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--from", required = true, description = "The first position.") long from,
            @Option(names = "--until", required = true, description = "The position after the last one.") long until) {
        with(tool -> tool.replay(id, position("--from", from), position("--until", until)));
        return explain("Replaying to destination " + id + "; bin/sentinel destinations list shows the progress.");
    }

    @Command(description = "Removes a destination and its cursor.", mixinStandardHelpOptions = true)
    int remove(@Parameters(paramLabel = "ID") String id) {
        with(tool -> tool.remove(id));
        return explain("Removed destination " + id + ".");
    }

    private long position(String option, long position) {
        if (position < 0) {
            throw wrong(option + " must be a position of the log; the first one is 0.");
        }
        return position;
    }

    private <T> T with(Function<DestinationTool, Future<T>> work) {
        SentinelConfig config = SentinelConfig.fromEnvironment(System.getenv());
        if (config.store().database() instanceof Database.Sqlite sqlite) {
            RootGuard.check("destinations", sqlite.logFile());
        }
        DestinationTypes types =
                new DestinationTypes(Plugins.of(config.plugins()).implementations(DestinationType.class));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            return Databases.keys(vertx, config.store())
                    .compose(keys -> Databases.destinations(vertx, config.store())
                            .compose(store ->
                                    run(vertx, config, types, keys, store, work).eventually(store::close))
                            .eventually(keys::close))
                    .await();
        } catch (InvalidDestinationException e) {
            throw wrong(e.getMessage());
        } finally {
            // Not awaited: a connection to a database that hangs ends with the process.
            vertx.close();
        }
    }

    private <T> Future<T> run(
            Vertx vertx,
            SentinelConfig config,
            DestinationTypes types,
            KeyStore keys,
            DestinationStore store,
            Function<DestinationTool, Future<T>> work) {
        AddressGuard reach = AddressGuard.open(vertx);
        DestinationTool tool = new DestinationTool(
                vertx,
                config.forward(),
                types,
                store,
                reach,
                SOURCE,
                (what, details) -> keys.record(CommandAct.of(ActorType.HUMAN, what, Instant.now(clock), details)));
        return work.apply(tool).eventually(reach::close);
    }

    private int explain(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
        return 0;
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(spec.commandLine(), String.valueOf(message));
    }
}
