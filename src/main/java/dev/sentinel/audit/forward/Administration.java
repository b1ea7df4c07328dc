package dev.sentinel.audit.forward;

import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What administrators do with destinations. A change is captured as an event first, and happens only if that is
 * durable. Any thread.
 */
final class Administration {
    /** The suffix of a replay's row; no destination may be called so. */
    static final String REPLAY = "~replay";

    private final ForwardParts parts;
    private final Definitions definitions;
    private final RowDefinitions rowDefinitions;
    private final int max;

    Administration(ForwardParts parts, Definitions definitions, RowDefinitions rowDefinitions, int max) {
        this.parts = parts;
        this.definitions = definitions;
        this.rowDefinitions = rowDefinitions;
        this.max = max;
    }

    /** A destination, what it is, and its replay. */
    record Found(StoredDestination row, Definition definition, Optional<StoredDestination> replay) {}

    /** Those that the caller may administer. */
    Future<List<Found>> all(Principal caller) {
        return parts.store().all().map(rows -> {
            List<Found> found = new ArrayList<>();
            for (StoredDestination row : rows) {
                if (row.replay() == null) {
                    Definition definition = rowDefinitions.shown(row);
                    if (caller.mayTouch(definition.agentPrefix())) {
                        found.add(new Found(row, definition, replayOf(rows, row.id())));
                    }
                }
            }
            return found;
        });
    }

    private static Optional<StoredDestination> replayOf(List<StoredDestination> rows, String id) {
        return rows.stream()
                .filter(row -> row.replay() != null && row.replay().of().equals(id))
                .findFirst();
    }

    /** Fails with a problem 404 if there is none, or none that the caller may administer. */
    Future<Found> find(Principal caller, String id) {
        return all(caller)
                .map(found -> found.stream()
                        .filter(one -> one.row().id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> new Problem(404, "There is no destination with this id.").asException()));
    }

    Future<Void> create(Principal caller, DestinationBody body) {
        String id = body.required("id");
        String url = body.required("url");
        Map<String, String> options = present(body.options());
        Map<String, List<String>> filters = body.filters();
        String onRefused = onRefused(body, OnRefused.STOP);
        StartPoint start = body.start("start", "now");
        return parts.store().all().compose(rows -> {
            if (rows.stream().anyMatch(row -> row.id().equals(id))) {
                return conflict("There is a destination " + id + " already.");
            }
            if (rows.stream().filter(row -> row.replay() == null).count() >= max) {
                return conflict("There are as many destinations as MAX_DESTINATIONS=" + max + " allows. Remove one.");
            }
            return parts.vertx()
                    // Reads the key.
                    .executeBlocking(() -> definitions.of(
                            id,
                            url,
                            options,
                            Map.of(),
                            filters,
                            onRefused,
                            caller.agentPrefix(),
                            Definition.Origin.API))
                    .compose(definition -> definitions
                            .check(id, definition)
                            .compose(done -> start.in(parts.log()))
                            .compose(next -> act(caller, "create", id, details(definition))
                                    .compose(done -> parts.store()
                                            .add(StoredDestination.starting(
                                                    id, DefinitionText.of(definition), next, null)))))
                    .compose(added -> added ? changed() : conflict("There is a destination " + id + " already."));
        });
    }

    private static Map<String, String> present(Map<String, @Nullable String> options) {
        Map<String, String> present = new TreeMap<>();
        options.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return present;
    }

    private static String onRefused(DestinationBody body, OnRefused otherwise) {
        String text = body.text(Definitions.ON_REFUSED);
        return text == null ? otherwise.wireName() : text;
    }

    /**
     * What the body does not have stays. One that was made on the machine of the server becomes one of the API, which
     * may do less. Secrets stay only with the URL: they must not go to another place.
     */
    Future<Void> change(Principal caller, Found found, DestinationBody body) {
        String id = found.row().id();
        Definition before = found.definition();
        if (isOfEnvironment(found)) {
            return readOnly();
        }
        String sent = body.text("url");
        String url = sent == null ? before.url() : sent;
        Map<String, @Nullable String> merged = new TreeMap<>(before.options());
        Map<String, @Nullable String> options = body.options();
        merged.putAll(options);
        Map<String, String> kept = new TreeMap<>(keepsSecrets(before, url) ? before.secrets() : Map.of());
        kept.keySet().removeAll(options.keySet());
        Map<String, List<String>> filters = body.has("filters") ? body.filters() : before.filters();
        String onRefused = onRefused(body, before.onRefused());
        return parts.vertx()
                .executeBlocking(() -> definitions.of(
                        id,
                        url,
                        present(merged),
                        kept,
                        filters,
                        onRefused,
                        before.agentPrefix(),
                        Definition.Origin.API))
                .compose(definition -> definitions
                        .check(id, definition)
                        .compose(done -> act(caller, "change", id, details(definition)))
                        .compose(done -> parts.store().define(id, DefinitionText.of(definition))))
                .compose(this::changedIfKnown);
    }

    /** Those of the environment are references, which only the environment may have. */
    private static boolean keepsSecrets(Definition before, String url) {
        return url.equals(before.url()) && before.origin() != Definition.Origin.FORMER_ENVIRONMENT;
    }

    Future<Void> remove(Principal caller, Found found) {
        String id = found.row().id();
        return isOfEnvironment(found)
                ? readOnly()
                : act(caller, "remove", id, Map.of())
                        .compose(done -> parts.store().remove(id))
                        .compose(this::changedIfKnown);
    }

    Future<Void> pause(Principal caller, Found found) {
        return isReset(found)
                ? conflict("The log does not have what was delivered last, so nothing is delivered anyway. Say with"
                        + " resume and \"from\" where to go on; then pause.")
                : steer(caller, found, "pause", DestinationState.PAUSED, OptionalLong.empty());
    }

    /** @param from where to go on; null for the cursor */
    Future<Void> resume(Principal caller, Found found, @Nullable StartPoint from) {
        if (from != null) {
            return from.in(parts.log())
                    .compose(next -> steer(caller, found, "resume", DestinationState.RUNNING, OptionalLong.of(next)));
        }
        return isReset(found)
                ? conflict("The log does not have what was delivered last. Say with \"from\" where to go on.")
                : steer(caller, found, "resume", DestinationState.RUNNING, OptionalLong.empty());
    }

    private static boolean isReset(Found found) {
        return found.row().state() == DestinationState.RESET;
    }

    private Future<Void> steer(Principal caller, Found found, String what, DestinationState state, OptionalLong next) {
        String id = found.row().id();
        Map<String, Object> details = new TreeMap<>();
        next.ifPresent(position -> details.put("next", Long.toString(position)));
        return act(caller, what, id, details)
                .compose(done -> parts.store().steer(id, state, next))
                .compose(this::changedIfKnown);
    }

    /** Delivers a part of the log again, beside what goes on. */
    Future<Void> replay(Principal caller, Found found, StartPoint from, StartPoint until) {
        String id = found.row().id();
        if (found.replay().isPresent()) {
            return conflict("A replay of this destination is under way.");
        }
        return from.in(parts.log())
                .compose(first -> until.in(parts.log()).compose(end -> {
                    if (first >= end || end > parts.log().end()) {
                        throw new InvalidDestinationException(
                                "until",
                                "must be after from=" + first + ", and not beyond the log, which ends at "
                                        + parts.log().end());
                    }
                    StoredDestination row =
                            StoredDestination.starting(id + REPLAY, "", first, new StoredDestination.Replay(id, end));
                    return act(caller, "replay", id, Map.of("from", Long.toString(first), "until", Long.toString(end)))
                            .compose(done -> parts.store().add(row))
                            .compose(added ->
                                    added ? changed() : conflict("A replay of this destination is under way."));
                }));
    }

    /** Ends a replay before its end. */
    Future<Void> endReplay(Principal caller, Found found) {
        String id = found.row().id();
        return act(caller, "replay.end", id, Map.of())
                .compose(done -> parts.store().remove(id + REPLAY))
                .compose(this::changedIfKnown);
    }

    /**
     * Forgets the events that are kept as refused: somebody has looked at them, and will not deliver them. Completes
     * with their number.
     */
    Future<Integer> forgetRefused(Principal caller, Found found) {
        String id = found.row().id();
        return parts.store().refused(id).compose(refused -> {
            if (refused.isEmpty()) {
                return Future.succeededFuture(0);
            }
            // Those of now, which the act names: one that comes meanwhile stays, for nobody has seen it.
            List<String> seqs =
                    refused.stream().map(event -> Long.toString(event.seq())).toList();
            Future<Void> done = act(caller, "failures.remove", id, Map.of("positions", seqs));
            for (RefusedEvent event : refused) {
                done = done.compose(before -> parts.store().forget(id, event.seq()));
            }
            return done.map(refused.size());
        });
    }

    private boolean isOfEnvironment(Found found) {
        return rowDefinitions.isOfEnvironment(found.row().id());
    }

    private static <T> Future<T> readOnly() {
        return conflict(
                "This destination is defined by the environment of the server (DESTINATIONS). Change it there.");
    }

    private static <T> Future<T> conflict(String detail) {
        return Future.failedFuture(new Problem(409, detail).asException());
    }

    private Future<Void> act(Principal caller, String what, String id, Map<String, ?> details) {
        Map<String, Object> all = new TreeMap<>(details);
        all.put("destination", id);
        all.put("key_id", caller.id() == null ? "none" : caller.id());
        return parts.acts().administrator(what, all);
    }

    /** Names of options, never values: and of the URL only the host, because a path may be a secret, too. */
    private static Map<String, Object> details(Definition definition) {
        Map<String, Object> details = new TreeMap<>();
        String host = URI.create(definition.url().endsWith(":") ? definition.url() + "/" : definition.url())
                .getHost();
        details.put("to", definition.scheme() + ":" + (host == null ? "" : "//" + host));
        Set<String> options = new TreeSet<>(definition.options().keySet());
        options.addAll(definition.secrets().keySet());
        details.put("options", List.copyOf(options));
        details.put("filters", new TreeMap<>(definition.filters()));
        details.put(Definitions.ON_REFUSED, definition.onRefused().wireName());
        return details;
    }

    private Future<Void> changedIfKnown(boolean known) {
        return known
                ? changed()
                : Future.failedFuture(new Problem(404, "There is no destination with this id.").asException());
    }

    private Future<Void> changed() {
        ForwardVerticle.CHANGED.publish(parts.vertx().eventBus(), new ForwardVerticle.Changed());
        return Future.succeededFuture();
    }
}
