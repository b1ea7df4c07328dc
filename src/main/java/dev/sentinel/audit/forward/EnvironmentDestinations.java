package dev.sentinel.audit.forward;

import dev.sentinel.audit.config.ForwardConfig;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The destinations that the environment names. They are in the store like all others, because their cursors are; one
 * that the environment does not name any more stays there, and no server delivers to it. Any thread.
 */
final class EnvironmentDestinations {
    private record Wanted(Definition definition, StartPoint start) {}

    private final Map<String, Wanted> wanted = new TreeMap<>();

    private EnvironmentDestinations() {}

    /** Throws {@link Unusable} for the first one that makes no sense. */
    static EnvironmentDestinations of(ForwardConfig config, Definitions definitions) {
        EnvironmentDestinations all = new EnvironmentDestinations();
        for (ForwardConfig.Named named : config.destinations()) {
            Map<String, List<String>> parameters = new LinkedHashMap<>(named.parameters());
            String start =
                    parameters.getOrDefault(Definitions.START, List.of("now")).get(0);
            StartPoint point = StartPoint.parse(start);
            if (point == null) {
                throw new Unusable(named.variable() + " has a start that is not " + StartPoint.FORM);
            }
            try {
                Definition definition =
                        definitions.ofParameters(named.id(), named.url(), parameters, Definition.Origin.ENVIRONMENT);
                all.wanted.put(named.id(), new Wanted(definition, point));
            } catch (InvalidDestinationException e) {
                throw invalid(named, e);
            }
        }
        return all;
    }

    /** Its value may hold a secret, and is not quoted. */
    private static Unusable invalid(ForwardConfig.Named named, Throwable cause) {
        return new Unusable(named.variable() + " is not valid: " + cause.getMessage());
    }

    /** With which rows of the store are read. */
    RowDefinitions rows() {
        Map<String, Definition> definitions = new TreeMap<>();
        wanted.forEach((id, each) -> definitions.put(id, each.definition()));
        return new RowDefinitions(definitions);
    }

    /** Opens each one to see whether its type accepts it; fails with {@link Unusable}. */
    Future<Void> check(ForwardConfig config, Definitions definitions) {
        Future<Void> done = Future.succeededFuture();
        for (ForwardConfig.Named named : config.destinations()) {
            done = done.compose(before -> definitions
                    .check(named.id(), wanted.get(named.id()).definition())
                    .recover(cause -> Future.failedFuture(
                            cause instanceof InvalidDestinationException ? invalid(named, cause) : cause)));
        }
        return done;
    }

    /** Adds those that the store does not know, and changes those that the environment defines otherwise. */
    Future<Void> apply(DestinationStore store, LogReader log) {
        return store.all().compose(rows -> {
            Map<String, StoredDestination> known = new TreeMap<>();
            rows.forEach(row -> known.put(row.id(), row));
            Future<Void> done = Future.succeededFuture();
            for (Map.Entry<String, Wanted> entry : wanted.entrySet()) {
                String id = entry.getKey();
                String text = DefinitionText.of(entry.getValue().definition());
                StoredDestination row = known.get(id);
                if (row == null) {
                    done = done.compose(before -> entry.getValue().start().in(log))
                            .compose(next -> store.add(StoredDestination.starting(id, text, next, null)))
                            .mapEmpty();
                } else if (!row.definition().equals(text)) {
                    done = done.compose(before -> store.define(id, text)).mapEmpty();
                }
            }
            return done;
        });
    }
}
