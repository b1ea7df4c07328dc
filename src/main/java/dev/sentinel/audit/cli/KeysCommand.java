package dev.sentinel.audit.cli;

import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.model.ActorType;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel keys}. A running server takes over changes within a second. */
@Command(
        name = "keys",
        description = "Makes, lists and takes back the keys with which clients authenticate.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand {
    private static final String ROW = "%-8s  %-20s  %-18s  %-16s  %-12s  %-20s  %-20s  %s%n";

    @Spec
    private CommandSpec spec;

    private final Clock clock = Clock.systemUTC();

    @Command(description = "Makes a key and prints it, once: only its hash is kept.", mixinStandardHelpOptions = true)
    int create(
            @Option(names = "--name", required = true, description = "What it is for.") String name,
            @Option(
                            names = "--scope",
                            split = ",",
                            defaultValue = "ingest",
                            description = "ingest, read, admin (which is all); default: ${DEFAULT-VALUE}.")
                    List<String> scopes,
            @Option(
                            names = "--agent-prefix",
                            defaultValue = "",
                            description = "Good for agents only whose ids begin with this.")
                    String agentPrefix,
            @Option(names = "--expires", description = "After so long, such as 12h or 90d.") @Nullable String expires,
            @Option(names = "--rate-limit", description = "Instead of RATE_LIMIT, such as 1000/minute.") @Nullable
                    String rateLimit) {
        Instant now = now();
        KeyToken token = KeyToken.random(new SecureRandom());
        ApiKey key = new ApiKey(
                token.id(),
                checkedName(name),
                token.hash(),
                scopes(scopes),
                agentPrefix,
                rateLimit(rateLimit),
                now,
                expires == null ? null : now.plus(duration("--expires", expires)),
                null,
                null);
        try (KeyStore store = open()) {
            store.add(key, CommandAct.of(ActorType.HUMAN, "keys.create", now, details(key)));
        }
        show(token, "Made key " + key.id() + " (" + key.name() + ").");
        return 0;
    }

    @Command(name = "list", description = "Lists all keys ever made.", mixinStandardHelpOptions = true)
    int list() {
        List<ApiKey> keys;
        try (KeyStore store = open()) {
            keys = store.keys();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(ROW, "ID", "NAME", "SCOPES", "AGENTS", "RATE LIMIT", "EXPIRES", "LAST USED", "STATE");
        for (ApiKey key : keys) {
            out.printf(
                    ROW,
                    key.id(),
                    key.name(),
                    scopesText(key),
                    key.agentPrefix().isEmpty() ? "all" : key.agentPrefix() + "*",
                    key.rateLimit() == null ? "-" : key.rateLimit(),
                    key.expires() == null ? "never" : key.expires(),
                    key.lastUsed() == null ? "never" : key.lastUsed(),
                    key.state(now()).name().toLowerCase(Locale.ROOT));
        }
        out.flush();
        return 0;
    }

    @Command(description = "Takes a key back, at once.", mixinStandardHelpOptions = true)
    int revoke(@Parameters(paramLabel = "ID") String id) {
        Instant now = now();
        try (KeyStore store = open()) {
            ApiKey key = active(store, id, now);
            store.revoke(id, now, CommandAct.of(ActorType.HUMAN, "keys.revoke", now, details(key)));
        }
        explain("Revoked key " + id + ". A running server refuses it within a second.");
        return 0;
    }

    @Command(
            description = "Makes a new key that may do the same as another, which is taken back.",
            mixinStandardHelpOptions = true)
    int rotate(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--overlap",
                            defaultValue = "0s",
                            description = "The old one stays good for so long, such as 24h; default: not at all.")
                    String overlap) {
        Instant now = now();
        Instant end = now.plus(duration("--overlap", overlap));
        KeyToken token = KeyToken.random(new SecureRandom());
        try (KeyStore store = open()) {
            ApiKey old = active(store, id, now);
            ApiKey key = new ApiKey(
                    token.id(),
                    old.name(),
                    token.hash(),
                    old.scopes(),
                    old.agentPrefix(),
                    old.rateLimit(),
                    now,
                    old.expires() == null ? null : now.plus(Duration.between(old.created(), old.expires())),
                    null,
                    null);
            Map<String, String> details = details(key);
            details.put("replaces", id);
            details.put("old_valid_until", end.toString());
            store.replace(id, end, key, CommandAct.of(ActorType.HUMAN, "keys.rotate", now, details));
        }
        show(token, "Made key " + token.id() + " in the place of " + id + ", which is good until " + end + ".");
        return 0;
    }

    private KeyStore open() {
        return Databases.keys(SentinelConfig.fromEnvironment(System.getenv()).store());
    }

    private ApiKey active(KeyStore store, String id, Instant now) {
        ApiKey key = store.find(id).orElseThrow(() -> wrong("There is no key " + id + "; bin/sentinel keys list."));
        if (key.state(now) != ApiKey.State.ACTIVE || key.revoked() != null) {
            throw wrong("Key " + id + " has expired or been revoked before.");
        }
        return key;
    }

    private void show(KeyToken token, String explanation) {
        explain(explanation + " This is the only time it is shown:");
        PrintWriter out = spec.commandLine().getOut();
        out.println(token.text());
        out.flush();
    }

    private void explain(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    private static Map<String, String> details(ApiKey key) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("key_id", key.id());
        details.put("name", key.name());
        details.put("scopes", scopesText(key));
        details.put("agent_prefix", key.agentPrefix());
        details.put("expires", key.expires() == null ? "never" : key.expires().toString());
        return details;
    }

    private static String scopesText(ApiKey key) {
        return key.scopes().stream().map(Scope::wireName).sorted().collect(Collectors.joining(","));
    }

    private String checkedName(String name) {
        if (name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
            throw wrong("--name must have 1 to 100 characters.");
        }
        return name;
    }

    private Set<Scope> scopes(List<String> names) {
        return names.stream()
                .map(name -> Arrays.stream(Scope.values())
                        .filter(scope -> scope.wireName().equals(name))
                        .findFirst()
                        .orElseThrow(() -> wrong("--scope must be of ingest, read, admin.")))
                .collect(Collectors.toSet());
    }

    private @Nullable RateLimit rateLimit(@Nullable String text) {
        RateLimit limit = text == null ? null : RateLimit.parse(text);
        if (limit == null && text != null) {
            throw wrong("--rate-limit must be " + RateLimit.FORM + ".");
        }
        return limit;
    }

    private Duration duration(String option, String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(option + " must be " + e.getMessage() + ".");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Instant now() {
        return Instant.now(clock).truncatedTo(ChronoUnit.SECONDS);
    }
}
