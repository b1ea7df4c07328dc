package dev.sentinel.audit.cli;

import dev.sentinel.audit.cli.connect.Recipe;
import dev.sentinel.audit.config.AuthConfig;
import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import java.io.PrintWriter;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel connect}: prints the configuration with which an agent sends what it does to this server. */
@Command(
        name = "connect",
        description = "Prints the configuration to paste, so that an agent sends what it does to this server.",
        mixinStandardHelpOptions = true)
public final class ConnectCommand implements Callable<Integer> {
    private static final int MAX_AGENT = 255;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "AGENT",
            description = "claude-code, codex, gemini, copilot, traceloop, or otel for any OpenTelemetry SDK.")
    private String kind;

    @Option(
            names = "--url",
            description = "The server as agents reach it; default: localhost, PORT and BASE_PATH of the configuration.")
    private @Nullable URI url;

    @Option(
            names = "--agent",
            description = "The id that the agent shall have, for traceloop and otel; default: what it says itself.")
    private @Nullable String agent;

    @Option(
            names = "--key",
            description = "Also creates a key, for agents of this kind only, or whose ids begin with --agent.")
    private boolean withKey;

    @Option(
            names = "--close",
            description = "Allows --key on a server that asks for no key yet: from its first key on, it does.")
    private boolean close;

    @Override
    public Integer call() {
        Recipe recipe = Recipe.named(kind).orElseThrow(() -> wrong("AGENT must be one of: " + Recipe.names() + "."));
        if (agent != null && !recipe.takesAgent()) {
            throw wrong(
                    "The ids of " + kind + " agents cannot be chosen: they begin with " + recipe.agentPrefix() + ".");
        }
        if (agent != null && !agent.matches("[0-9A-Za-z._:/-]{1," + MAX_AGENT + "}")) {
            throw wrong("--agent must have 1 to 255 letters, digits or ._:/- characters.");
        }
        SentinelConfig config = SentinelConfig.fromEnvironment(System.getenv());
        String base = base(config.http());
        if (withKey && agent == null && recipe.agentPrefix().isEmpty()) {
            throw wrong("--key needs --agent here: the ids of " + kind + " agents may begin with anything.");
        }
        @Nullable KeyToken token = withKey ? key(recipe, config) : null;
        PrintWriter out = spec.commandLine().getOut();
        String separator = "";
        for (Recipe.Block block : recipe.blocks(new Recipe.Values(base, token == null ? null : token.text(), agent))) {
            out.print(separator);
            out.println("# " + block.place());
            out.print(block.text());
            separator = System.lineSeparator();
        }
        out.flush();
        return 0;
    }

    private String base(HttpConfig http) {
        if (url == null) {
            return "http://localhost:" + http.port() + http.basePath().prefix();
        }
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null || url.getQuery() != null || url.getFragment() != null) {
            throw wrong("--url must be an address such as https://sentinel.example.com.");
        }
        String text = url.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private KeyToken key(Recipe recipe, SentinelConfig config) {
        KeyAccess keys = new KeyAccess("connect", config.store());
        if (!close && isOpen(config.auth(), keys)) {
            throw wrong("This server asks for no key. From its first key on, it asks every client for one."
                    + " Add --close if that is wanted, or leave out --key.");
        }
        Instant now = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS);
        KeyToken token = KeyToken.random(new SecureRandom());
        keys.create(
                new ApiKey(
                        token.id(),
                        agent == null
                                ? recipe.label()
                                : recipe.label() + " " + agent.substring(0, Math.min(60, agent.length())),
                        token.hash(),
                        Set.of(Scope.INGEST),
                        agent == null ? recipe.agentPrefix() : agent,
                        null,
                        now,
                        null,
                        null,
                        null),
                now);
        PrintWriter err = spec.commandLine().getErr();
        err.println("Created key " + token.id() + ". Its token is in the lines below, and is not shown again.");
        err.flush();
        return token;
    }

    /** A server that ever had a key stays closed, also if all are revoked. */
    private static boolean isOpen(AuthConfig auth, KeyAccess keys) {
        return auth.mode() == AuthConfig.Mode.AUTO
                && auth.apiToken() == null
                && keys.with(KeyStore::keys).isEmpty();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
