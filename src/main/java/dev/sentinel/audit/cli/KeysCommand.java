package dev.sentinel.audit.cli;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.SecretFinder;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.model.ActorType;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
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

/** {@code bin/sentinel keys}. A running server applies changes within a second. */
@Command(
        name = "keys",
        description = "Creates, lists, rotates and revokes the keys with which clients authenticate.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand {
    private static final String ROW = "%-8s  %-20s  %-18s  %-16s  %-12s  %-20s  %-20s  %s%n";

    @Spec
    private CommandSpec spec;

    private final Clock clock = Clock.systemUTC();

    @Command(
            description = "Creates a key and prints it once: only its hash is stored.",
            mixinStandardHelpOptions = true)
    int create(
            @Option(names = "--name", required = true, description = "The purpose of the key.") String name,
            @Option(
                            names = "--scope",
                            split = ",",
                            defaultValue = "ingest",
                            description = "ingest, read or admin (which includes both); default: ${DEFAULT-VALUE}.")
                    List<String> scopes,
            @Option(
                            names = "--agent-prefix",
                            defaultValue = "",
                            description = "Restricts the key to agents whose ids begin with this.")
                    String agentPrefix,
            @Option(names = "--expires", description = "Time until the key expires, such as 12h or 90d.") @Nullable
                    String expires,
            @Option(names = "--rate-limit", description = "Overrides RATE_LIMIT for this key, such as 1000/minute.")
                    @Nullable
                    String rateLimit) {
        Instant now = now();
        KeyToken token = KeyToken.random(new SecureRandom());
        ApiKey key = new ApiKey(
                token.id(),
                checkedName(name),
                token.hash(),
                scopes(scopes),
                withoutSecret("--agent-prefix", agentPrefix),
                rateLimit(rateLimit),
                now,
                expires == null ? null : now.plus(duration("--expires", expires)),
                null,
                null);
        keys().create(key, now);
        show(token, "Created key " + key.id() + " (" + key.name() + ").");
        return 0;
    }

    @Command(
            name = "list",
            description = "Lists all keys, including expired and revoked ones.",
            mixinStandardHelpOptions = true)
    int list() {
        List<ApiKey> keys = keys().with(KeyStore::keys);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(ROW, "ID", "NAME", "SCOPES", "AGENTS", "RATE LIMIT", "EXPIRES", "LAST USED", "STATE");
        for (ApiKey key : keys) {
            out.printf(
                    ROW,
                    key.id(),
                    key.name(),
                    KeyAccess.scopesText(key),
                    key.agentPrefix().isEmpty() ? "all" : key.agentPrefix() + "*",
                    key.rateLimit() == null ? "-" : key.rateLimit(),
                    key.expires() == null ? "never" : key.expires(),
                    key.lastUsed() == null ? "never" : key.lastUsed(),
                    key.state(now()).name().toLowerCase(Locale.ROOT));
        }
        out.flush();
        return 0;
    }

    @Command(description = "Revokes a key immediately.", mixinStandardHelpOptions = true)
    int revoke(@Parameters(paramLabel = "ID") String id) {
        Instant now = now();
        keys().with(store -> active(store, id, now)
                .compose(key -> store.revoke(
                        id, now, CommandAct.of(ActorType.HUMAN, "keys.revoke", now, AdminEvent.details(key)))));
        explain("Revoked key " + id + ". A running server refuses it within a second.");
        return 0;
    }

    @Command(
            description = "Replaces a key with a new one with the same permissions, and revokes the old one.",
            mixinStandardHelpOptions = true)
    int rotate(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--overlap",
                            defaultValue = "0s",
                            description = "How long the old key stays valid, such as 24h; default: not at all.")
                    String overlap) {
        Instant now = now();
        Instant end = now.plus(duration("--overlap", overlap));
        KeyToken token = KeyToken.random(new SecureRandom());
        KeyAccess keys = keys();
        keys.with(store -> active(store, id, now).compose(old -> {
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
            Map<String, String> details = AdminEvent.details(key);
            details.put("replaces", id);
            details.put("old_valid_until", end.toString());
            return store.replace(id, end, key, CommandAct.of(ActorType.HUMAN, "keys.rotate", now, details));
        }));
        show(token, "Created key " + token.id() + ". It replaces " + id + ", which is valid until " + end + ".");
        // Last: what can fail here must not keep the secret from being shown.
        keys.inheritViews(id, token.id());
        return 0;
    }

    private static KeyAccess keys() {
        return new KeyAccess(
                "keys", SentinelConfig.fromEnvironment(System.getenv()).store());
    }

    private Future<ApiKey> active(KeyStore store, String id, Instant now) {
        return store.find(id).map(found -> {
            ApiKey key = found.orElseThrow(() -> wrong("There is no key " + id + "; see bin/sentinel keys list."));
            if (key.state(now) != ApiKey.State.ACTIVE || key.revoked() != null) {
                throw wrong("Key " + id + " has expired or is revoked.");
            }
            return key;
        });
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

    private String checkedName(String name) {
        if (name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
            throw wrong("--name must have 1 to 100 characters.");
        }
        return withoutSecret("--name", name);
    }

    private String withoutSecret(String option, String text) {
        SecretFinder secrets = new SecretFinder(
                SentinelConfig.fromEnvironment(System.getenv()).redaction().rules());
        if (secrets.isSecret(text)) {
            throw wrong(option + " " + SecretFinder.REFUSAL + ".");
        }
        return text;
    }

    private Set<Scope> scopes(List<String> names) {
        return names.stream()
                .map(name -> Arrays.stream(Scope.values())
                        .filter(scope -> scope.wireName().equals(name))
                        .findFirst()
                        .orElseThrow(() -> wrong("--scope must be ingest, read or admin.")))
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
        return DurationOption.parse(spec, option, text);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Instant now() {
        return Instant.now(clock).truncatedTo(ChronoUnit.SECONDS);
    }
}
