package dev.sentinel.audit.forward;

import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Destinations as the API shows them: with the names of secrets, and never their values. */
final class DestinationJson {
    private DestinationJson() {}

    /**
     * One destination.
     *
     * @param running what delivers, if this server does
     * @param end of the log
     * @param replay its temporary cursor, if there is one
     */
    static JsonObject of(
            StoredDestination row,
            Definition definition,
            Optional<Forwarder> running,
            long end,
            Optional<StoredDestination> replay) {
        JsonObject filters = new JsonObject();
        new TreeMap<>(definition.filters()).forEach((name, values) -> filters.put(name, new JsonArray(values)));
        long next = running.map(Forwarder::acknowledged).orElse(Math.max(0, row.next()));
        return new JsonObject()
                .put("id", row.id())
                .put("url", definition.url())
                .put("options", new JsonObject(new TreeMap<>(definition.options())))
                .put(
                        "secrets",
                        new JsonArray(
                                List.copyOf(new TreeSet<>(definition.secrets().keySet()))))
                .put("filters", filters)
                .put("on_refused", definition.onRefused().wireName())
                .put("agent_prefix", definition.agentPrefix())
                .put("made_by", definition.origin().wireName())
                .put("state", row.state().wireName())
                .put("error", row.error())
                .put("next", next)
                .put("lag_events", Math.max(0, end - next))
                .put("lag_seconds", running.map(Forwarder::lagSeconds).orElse(null))
                .put("refused", row.refused())
                .put(
                        "guarantee",
                        running.map(Forwarder::guarantee)
                                .map(DestinationJson::name)
                                .orElse(null))
                .put("delivered_here", running.isPresent())
                .put("advanced_at", time(row.advanced()))
                .put("replay", replay.map(DestinationJson::replay).orElse(null));
    }

    private static String name(Guarantee guarantee) {
        return guarantee == Guarantee.ACKNOWLEDGED ? "acknowledged" : "handed_over";
    }

    private static JsonObject replay(StoredDestination row) {
        StoredDestination.Replay range = row.replay();
        return new JsonObject()
                .put("next", row.next())
                .put("until", range == null ? row.next() : range.until())
                .put("state", row.state().wireName())
                .put("error", row.error());
    }

    static JsonObject of(RefusedEvent event) {
        return new JsonObject()
                .put("seq", event.seq())
                .put("reason", event.reason())
                .put("refused_at", time(event.at()));
    }

    static JsonObject of(Attempt attempt) {
        return new JsonObject()
                .put("at", time(attempt.at()))
                .put("from", attempt.from())
                .put("next", attempt.next())
                .put("events", attempt.events())
                .put("bytes", attempt.bytes())
                .put("outcome", Attempt.name(attempt.outcome()))
                .put("status", attempt.status())
                .put("ms", attempt.took().toMillis());
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : Timestamps.format(time.truncatedTo(ChronoUnit.MICROS));
    }
}
