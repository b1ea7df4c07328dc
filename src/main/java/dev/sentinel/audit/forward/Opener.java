package dev.sentinel.audit.forward;

import dev.sentinel.audit.config.References;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Opens destinations, with their secrets. Any thread. */
public final class Opener {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final DestinationTypes types;
    private final Reach reach;
    private final Reach operatorsReach;
    private final String source;
    private final SecretBox box;
    private final Map<String, String> variables;

    /**
     * @param reach of destinations that clients of the API make
     * @param operatorsReach of those that somebody on the machine of the server makes
     * @param source see {@link Settings#source}
     * @param variables those that {@code env:} refers to
     */
    public Opener(
            Vertx vertx,
            DestinationTypes types,
            Reach reach,
            Reach operatorsReach,
            String source,
            SecretBox box,
            Map<String, String> variables) {
        this.vertx = vertx;
        this.types = types;
        this.reach = reach;
        this.operatorsReach = operatorsReach;
        this.source = source;
        this.box = box;
        this.variables = Map.copyOf(variables);
    }

    DestinationTypes types() {
        return types;
    }

    SecretBox box() {
        return box;
    }

    /**
     * Opens a destination on the caller's context, which must close it. Fails with an {@link IllegalArgumentException}
     * whose message says what is wrong.
     */
    Future<Destination> open(String id, Definition definition) {
        return open(id, definition, newRun());
    }

    /** A value for {@link Settings#run}. Random: a database that was restored would count from an older number. */
    static String newRun() {
        return UUID.randomUUID().toString();
    }

    /** Opens a destination again for the same owner, which has one run from its first opening to its end. */
    Future<Destination> open(String id, Definition definition, String run) {
        DestinationType type = types.of(definition.scheme()).orElse(null);
        if (type == null) {
            return Future.failedFuture(new IllegalArgumentException(types.unknown(definition.scheme())));
        }
        if (definition.origin() == Definition.Origin.FORMER_ENVIRONMENT) {
            return Future.failedFuture(new IllegalArgumentException(
                    "the environment of this server does not define it (DESTINATIONS), and no other may"));
        }
        if (type.isOnlyOfEnvironment() && definition.origin() != Definition.Origin.ENVIRONMENT) {
            return Future.failedFuture(new IllegalArgumentException("a destination " + definition.scheme()
                    + ": must be in DESTINATIONS, in the environment that the server starts with"));
        }
        if (definition.origin() == Definition.Origin.API && type.whyOperator().isPresent()) {
            return Future.failedFuture(new IllegalArgumentException("a destination " + definition.scheme() + ": "
                    + type.whyOperator().get() + ", so only the operator of the server may make it"));
        }
        // Not ordered: a secret in a file that hangs must not hold the other openings of this context.
        return vertx.executeBlocking(() -> options(id, definition), false)
                .timeout(READ_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .recover(cause -> Future.failedFuture(
                        cause instanceof TimeoutException
                                ? new IllegalArgumentException("the files of its secrets cannot be read in time")
                                : cause))
                .map(options -> {
                    Reach allowed = definition.origin() == Definition.Origin.API ? reach : operatorsReach;
                    return type.open(new Settings(id, uri(definition.url()), options, allowed, source, run), vertx);
                });
    }

    /** With the secrets. Reads files. */
    private Map<String, String> options(String id, Definition definition) {
        boolean references = definition.origin() == Definition.Origin.ENVIRONMENT;
        if (definition.origin() == Definition.Origin.COMMAND) {
            checkProof(id, definition);
        }
        Map<String, String> options = new TreeMap<>();
        definition
                .options()
                .forEach((name, value) ->
                        options.put(name, references ? References.resolve(name, value, variables) : value));
        definition
                .secrets()
                .forEach((name, value) -> options.put(
                        name,
                        references
                                ? References.resolve(name, value, variables)
                                : box.open(context(id, definition.url(), name), value)));
        return options;
    }

    /**
     * A secret opens only for what it was set: who can write to the database cannot give it to another destination, nor
     * have it sent to another host.
     */
    static String context(String id, String url, String option) {
        return id + "/" + option + " " + site(url);
    }

    /** The scheme and the authority; all of a URL that has no authority. */
    private static String site(String url) {
        int authority = url.indexOf("://");
        int path = authority < 0 ? -1 : url.indexOf('/', authority + 3);
        return path < 0 ? url : url.substring(0, path);
    }

    /**
     * A proof that somebody on the machine of the server, who can read the key of secrets, has made this definition.
     * Blocking. Throws {@link IllegalArgumentException} if there is no key; the message says what to do.
     */
    String prove(String id, Definition definition) {
        return box.seal(proofContext(id, definition), definition.origin().wireName());
    }

    private void checkProof(String id, Definition definition) {
        try {
            box.open(proofContext(id, definition), definition.proof());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "it says that the command line made it, but the key of secrets (SECRETS_KEY_FILE) does not confirm"
                            + " it; bring that key back, or remove the destination and make it again",
                    e);
        }
    }

    /** All that decides what the destination does. */
    private static String proofContext(String id, Definition definition) {
        return "made by the command line " + id + " "
                + DefinitionText.of(definition.beginning("").proven(""));
    }

    private static URI uri(String url) {
        try {
            // Of a URL such as stdout: the JDK wants more.
            return new URI(url.endsWith(":") ? url + "/" : url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the URL is malformed", e);
        }
    }
}
