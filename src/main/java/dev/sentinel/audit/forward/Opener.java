package dev.sentinel.audit.forward;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Opens destinations, with their secrets. Any thread. */
public final class Opener {
    private static final String OF_VARIABLE = "env:";
    private static final String OF_FILE = "file:";

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
        DestinationType type = types.of(definition.scheme()).orElse(null);
        if (type == null) {
            return Future.failedFuture(new IllegalArgumentException("no destination has the scheme \""
                    + definition.scheme() + "\"; there are " + String.join(", ", types.schemes())));
        }
        return vertx.executeBlocking(() -> options(id, definition)).map(options -> {
            Reach allowed = definition.origin() == Definition.Origin.API ? reach : operatorsReach;
            return type.open(new Settings(id, uri(definition.url()), options, allowed, source), vertx);
        });
    }

    /** With the secrets. Reads files. */
    private Map<String, String> options(String id, Definition definition) {
        boolean references = definition.origin() == Definition.Origin.ENVIRONMENT;
        Map<String, String> options = new TreeMap<>();
        definition.options().forEach((name, value) -> options.put(name, references ? referenced(name, value) : value));
        definition
                .secrets()
                .forEach((name, value) ->
                        options.put(name, references ? referenced(name, value) : box.open(context(id, name), value)));
        return options;
    }

    private String referenced(String name, String value) {
        if (value.startsWith(OF_VARIABLE)) {
            String variable = variables.get(value.substring(OF_VARIABLE.length()));
            if (variable == null) {
                throw new IllegalArgumentException(name + " refers to a variable that is not set");
            }
            return variable;
        }
        if (!value.startsWith(OF_FILE)) {
            return value;
        }
        try {
            return Files.readString(Path.of(value.substring(OF_FILE.length()))).strip();
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " refers to a file that cannot be read", e);
        }
    }

    /** A secret opens only where it was set: who can write to the database cannot give it to another destination. */
    static String context(String id, String option) {
        return id + "/" + option;
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
