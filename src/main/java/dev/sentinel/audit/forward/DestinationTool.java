package dev.sentinel.audit.forward;

import dev.sentinel.audit.config.ForwardConfig;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What somebody does with destinations on the machine of the server, whether it runs or not. A running server applies
 * changes within a second. Futures fail with a {@link dev.sentinel.audit.failure.Failure}, or with an
 * {@link InvalidDestinationException}.
 */
public final class DestinationTool {
    /** Not known yet: only the server can read the log. */
    private static final long NOT_BEGUN = -1;

    private final DestinationStore store;
    private final BiFunction<String, Map<String, String>, Future<Void>> acts;
    private final RowDefinitions rowDefinitions;
    private final Opener opener;
    private final Definitions definitions;
    private final int max;

    /**
     * One destination, for people.
     *
     * @param url without secrets
     * @param next the first position that may not be delivered yet; negative before the server has begun
     * @param error empty if there is none
     */
    public record Line(String id, String url, String madeBy, String state, long next, long refused, String error) {}

    /**
     * @param acts captures an act, with its name and details, before it happens
     * @param reach what the destinations may connect to
     * @param source names the log; see {@link Settings#source}
     */
    public DestinationTool(
            Vertx vertx,
            ForwardConfig config,
            DestinationTypes types,
            DestinationStore store,
            Reach reach,
            String source,
            BiFunction<String, Map<String, String>, Future<Void>> acts) {
        this.store = store;
        this.acts = acts;
        SecretBox box = new SecretBox(config.secretsKeyFile(), config.makesKey());
        this.opener = new Opener(vertx, types, reach, reach, source, box, config.values());
        this.definitions = new Definitions(opener);
        this.rowDefinitions = EnvironmentDestinations.of(config, definitions).rows();
        this.max = config.maxDestinations();
    }

    /** All destinations and replays, by id. */
    public Future<List<Line>> list() {
        return store.all().map(rows -> rows.stream().map(row -> line(row, rows)).toList());
    }

    private Line line(StoredDestination row, List<StoredDestination> rows) {
        StoredDestination.Replay replay = row.replay();
        Definition definition = rows.stream()
                .filter(other -> other.id().equals(replay == null ? row.id() : replay.of()))
                .findFirst()
                .map(rowDefinitions::shown)
                .orElse(Definition.UNREADABLE);
        return new Line(
                row.id(),
                definition.url(),
                definition.origin().wireName(),
                row.state().wireName(),
                row.next(),
                row.refused(),
                row.error() == null ? "" : row.error());
    }

    /**
     * Makes a destination.
     *
     * @param parameters options, filters and {@code on_refused}, as in a variable of the environment; secrets as they
     *     are
     */
    public Future<Void> add(String id, String url, Map<String, List<String>> parameters, String start) {
        if (StartPoint.parse(start) == null) {
            throw new InvalidDestinationException(Definitions.START, "--start must be " + StartPoint.FORM);
        }
        Definition definition = definitions
                .ofParameters(id, url, parameters, Definition.Origin.COMMAND)
                .beginning(start);
        return definitions
                .check(id, definition)
                .compose(done -> store.all())
                .compose(rows ->
                        rows.stream().filter(row -> row.replay() == null).count() >= max
                                ? refuse("There are as many destinations as MAX_DESTINATIONS=" + max
                                        + " allows. Remove one.")
                                : find(id))
                .compose(known -> known.isEmpty()
                        ? act("create", id, Map.of("to", definition.scheme(), "start", start))
                        : refuse("There is a destination " + id + " already."))
                .compose(done ->
                        store.add(StoredDestination.starting(id, DefinitionText.of(definition), NOT_BEGUN, null)))
                .mapEmpty();
    }

    /** Tests a destination from here, on the path that deliveries take; succeeds with why it fails, or empty. */
    public Future<String> test(String id) {
        return known(id).compose(row -> {
            Definition definition = rowDefinitions.shown(row);
            return opener.open(id, definition)
                    .compose(destination -> Calls.of(destination::test).eventually(() -> Calls.of(destination::close)))
                    .map("")
                    .recover(cause -> Future.succeededFuture(
                            cause instanceof DeliveryException || cause instanceof IllegalArgumentException
                                    ? String.valueOf(cause.getMessage())
                                    : cause.getClass().getSimpleName()));
        });
    }

    public Future<Void> pause(String id) {
        return known(id)
                .compose(row -> row.state() == DestinationState.RESET
                        ? refuse("The log does not have what was delivered last, so nothing is delivered anyway. Say"
                                + " with resume --from where to go on; then pause.")
                        : act("pause", id, Map.of()))
                .compose(done -> store.steer(id, DestinationState.PAUSED, OptionalLong.empty()))
                .compose(DestinationTool::steered);
    }

    /**
     * Resumes deliveries.
     *
     * @param from where to go on; empty for the cursor
     */
    public Future<Void> resume(String id, OptionalLong from) {
        return known(id)
                .compose(row -> row.state() == DestinationState.RESET && from.isEmpty()
                        ? refuse("The log does not have what was delivered last. Say with --from where to go on.")
                        : act(
                                "resume",
                                id,
                                from.isPresent() ? Map.of("next", Long.toString(from.getAsLong())) : Map.of()))
                .compose(done -> store.steer(id, DestinationState.RUNNING, from))
                .compose(DestinationTool::steered);
    }

    private static Future<Void> steered(boolean isDone) {
        return isDone ? Future.succeededFuture() : refuse("The destination has changed meanwhile; look at it again.");
    }

    /** Delivers a part of the log again, beside what goes on. */
    public Future<Void> replay(String id, long from, long until) {
        if (from >= until) {
            throw new InvalidDestinationException("until", "--until must be after --from");
        }
        StoredDestination row = StoredDestination.starting(
                id + Administration.REPLAY, "", from, new StoredDestination.Replay(id, until));
        return known(id)
                .compose(known -> act("replay", id, Map.of("from", Long.toString(from), "until", Long.toString(until))))
                .compose(done -> store.add(row))
                .compose(added ->
                        added ? Future.succeededFuture() : refuse("A replay of this destination is under way."));
    }

    public Future<Void> remove(String id) {
        return known(id)
                .compose(row -> rowDefinitions.isOfEnvironment(id)
                        ? refuse("Remove it from DESTINATIONS first; then its cursor can be removed.")
                        : act("remove", id, Map.of()))
                .compose(done -> store.remove(id))
                .mapEmpty();
    }

    private Future<Void> act(String what, String id, Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("destination", id);
        return acts.apply("destinations." + what, all);
    }

    private Future<StoredDestination> known(String id) {
        return find(id).compose(found -> found.map(Future::succeededFuture)
                .orElseGet(() -> refuse("There is no destination " + id + "; see bin/sentinel destinations list.")));
    }

    private Future<Optional<StoredDestination>> find(String id) {
        return store.all()
                .map(rows -> rows.stream().filter(row -> row.id().equals(id)).findFirst());
    }

    private static <T> Future<T> refuse(String message) {
        return Future.failedFuture(new Unusable(message));
    }
}
