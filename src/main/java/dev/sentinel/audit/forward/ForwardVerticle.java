package dev.sentinel.audit.forward;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.StoredDestination;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns destinations: takes those that no other server has, renews its leases, and runs a {@link Forwarder} for each.
 * Follows what administrators change within a second. Deploy once, on an event loop, after the verticle that captures
 * acts.
 */
final class ForwardVerticle extends VerticleBase {
    /** What administrators say was changed by this process, which need not wait for its next look. */
    record Changed() {}

    static final Address<Changed, Void> CHANGED = new Address<>("sentinel.destinations");

    private static final Logger LOG = LoggerFactory.getLogger(ForwardVerticle.class);

    /** A server with many destinations leaves a free one to others for as many looks, so that they spread. */
    private static final int MAX_PATIENCE = 3;

    private final ForwardParts parts;
    private final RowDefinitions definitions;
    private final int max;
    private final Forwarding running;
    private final HeldDestinations held;
    private final String server = UUID.randomUUID().toString();
    private final OutageLog outage =
            OutageLog.warn(LOG, "destinations not read reason=\"{}\" effect=\"leases end\"", "destinations read again");
    private final AtomicBoolean grown = new AtomicBoolean();
    private final Map<String, Integer> seenFree = new HashMap<>();
    private final Map<String, Long> renewedAt = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private Future<Void> look = Future.succeededFuture();
    private boolean again;
    private boolean stopping;
    private long timer;

    /** @param max destinations at the same time */
    ForwardVerticle(ForwardParts parts, RowDefinitions definitions, int max, Forwarding running) {
        this.parts = parts;
        this.definitions = definitions;
        this.max = max;
        this.running = running;
        this.held = new HeldDestinations(parts);
    }

    @Override
    public Future<?> start() {
        parts.log().onSequenced(end -> {
            if (grown.compareAndSet(false, true)) {
                context.runOnContext(now -> wakeAll());
            }
        });
        CHANGED.listen(vertx.eventBus(), changed -> lookNow());
        return parts.store()
                .all()
                .onSuccess(this::count)
                .compose(rows -> Future.join(rows.stream().map(this::holdBeyond).toList()))
                .onSuccess(done -> lookNow());
    }

    private void count(List<StoredDestination> rows) {
        long destinations = rows.stream().filter(row -> row.replay() == null).count();
        if (destinations > max) {
            LOG.warn(
                    "more destinations than this server may own destinations={} reason=\"MAX_DESTINATIONS={}\""
                            + " effect=\"only other servers deliver to the others\"",
                    destinations,
                    max);
        }
    }

    /**
     * Holds a destination, also a paused one, whose cursor is beyond the log: before the log grows, because then nobody
     * sees any more that the events at these positions are others.
     */
    private Future<Void> holdBeyond(StoredDestination row) {
        if (row.state() == DestinationState.RESET) {
            return Future.succeededFuture();
        }
        return new CursorCheck(parts).isInLog(row.next()).compose(isThere -> {
            if (isThere) {
                return Future.succeededFuture();
            }
            String reason = row.beyond(parts.log().end());
            return parts.store().hold(row.id(), row.next(), reason).map(held -> {
                if (held) {
                    StateReport.announceHeld(parts, row.id(), reason);
                }
                return null;
            });
        });
    }

    /** Ends deliveries and leases, so that another server goes on at once. */
    @Override
    public Future<?> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        return look.otherwiseEmpty()
                .onSuccess(done -> held.close())
                .compose(done -> Future.join(running.all().values().stream()
                        .map(entry -> entry.forwarder().stop())
                        .toList()))
                .otherwiseEmpty()
                // A failing store would not answer now either, and the process must end.
                .compose(done -> outage.isFailing()
                        ? Future.succeededFuture()
                        : parts.store().release(server));
    }

    private void wakeAll() {
        grown.set(false);
        running.all().values().forEach(entry -> entry.forwarder().wake());
    }

    private void lookNow() {
        if (stopping) {
            return;
        }
        if (!look.isComplete()) {
            again = true;
            return;
        }
        vertx.cancelTimer(timer);
        again = false;
        look = parts.store().all().compose(this::follow).onComplete(done -> {
            if (done.failed()) {
                outage.failed(done.cause().getMessage());
            } else {
                outage.succeeded();
            }
            timer = vertx.setTimer(again ? 1 : parts.timing().tick().toMillis(), now -> lookNow());
        });
    }

    private Future<Void> follow(List<StoredDestination> rows) {
        Map<String, StoredDestination> byId =
                rows.stream().collect(Collectors.toMap(StoredDestination::id, row -> row));
        running.all().forEach((id, entry) -> {
            StoredDestination row = byId.get(id);
            if (row == null || !isWanted(row, byId) || !version(row, byId).equals(entry.version())) {
                entry.forwarder().stop();
            }
        });
        held.follow(rows, running);
        seenFree.keySet().retainAll(byId.keySet());
        refused.retainAll(byId.keySet());
        Future<Void> done = Future.succeededFuture();
        for (StoredDestination row : rows) {
            if (running.has(row.id())) {
                done = done.compose(before -> renewIfDue(row.id()));
            } else if (isWanted(row, byId)) {
                done = done.compose(before -> takeIfFree(row, byId));
            }
        }
        return done;
    }

    private boolean isWanted(StoredDestination row, Map<String, StoredDestination> byId) {
        StoredDestination destination = byId.get(defined(row));
        Definition definition = definition(row, byId);
        return !row.state().isHeld()
                && destination != null
                // A replay goes to the same receiver, so it is held with its destination.
                && !destination.state().isHeld()
                && definition != null
                && definition.origin() != Definition.Origin.FORMER_ENVIRONMENT;
    }

    /** A replay has the definition of its destination. */
    private static String defined(StoredDestination row) {
        return row.replay() == null ? row.id() : row.replay().of();
    }

    private @Nullable Definition definition(StoredDestination row, Map<String, StoredDestination> byId) {
        StoredDestination defined = byId.get(defined(row));
        try {
            return defined == null ? null : definitions.of(defined);
        } catch (IllegalArgumentException e) {
            // A newer server has written it.
            return null;
        }
    }

    private static String version(StoredDestination row, Map<String, StoredDestination> byId) {
        StoredDestination defined = byId.get(defined(row));
        return row.revision() + "/" + (defined == null ? "" : defined.definition());
    }

    private Future<Void> renewIfDue(String id) {
        long now = System.nanoTime();
        if (now - renewedAt.getOrDefault(id, now) < parts.timing().renewal().toNanos()) {
            return Future.succeededFuture();
        }
        return parts.store().own(id, server, parts.timing().lease()).map(owned -> {
            running.of(id).ifPresent(forwarder -> {
                if (owned.isPresent() && owned.get().fence() == forwarder.row().fence()) {
                    renewedAt.put(id, now);
                    forwarder.renewed(now + parts.timing().lease().toNanos());
                } else {
                    forwarder.stop();
                }
            });
            return null;
        });
    }

    private Future<Void> takeIfFree(StoredDestination row, Map<String, StoredDestination> byId) {
        String id = row.id();
        boolean isFree = row.owner() == null || row.owner().equals(server);
        int seen = isFree ? seenFree.merge(id, 1, Integer::sum) : 0;
        if (!isFree) {
            seenFree.remove(id);
        }
        boolean takes = seen > Math.min(running.destinations(), MAX_PATIENCE) || server.equals(row.owner());
        if (!isFree || !takes || stopping) {
            return Future.succeededFuture();
        }
        if (row.replay() == null && running.destinations() >= max) {
            if (refused.add(id)) {
                LOG.warn("destination not owned destination={} reason=\"MAX_DESTINATIONS={}\"", id, max);
            }
            return Future.succeededFuture();
        }
        long now = System.nanoTime();
        return parts.store().own(id, server, parts.timing().lease()).map(owned -> {
            owned.ifPresent(mine -> begin(mine, byId, now));
            return null;
        });
    }

    private void begin(StoredDestination row, Map<String, StoredDestination> byId, long now) {
        Definition definition = definition(row, byId);
        if (definition == null || stopping || row.state().isHeld()) {
            return;
        }
        String id = row.id();
        Map<String, StoredDestination> current = new HashMap<>(byId);
        current.put(id, row);
        held.leave(id);
        Forwarder forwarder = new Forwarder(
                parts, row, definition, now + parts.timing().lease().toNanos());
        renewedAt.put(id, now);
        seenFree.remove(id);
        refused.remove(id);
        running.add(id, new Forwarding.Entry(forwarder, version(row, current)));
        LOG.info("destination owned destination={} next={} fence={}", id, row.next(), row.fence());
        forwarder.ended().onSuccess(end -> ended(row, end));
    }

    private void ended(StoredDestination row, Forwarder.End end) {
        running.remove(row.id());
        renewedAt.remove(row.id());
        LOG.info("destination left destination={} reason={}", row.id(), end);
        StoredDestination.Replay replay = row.replay();
        if (end == Forwarder.End.FINISHED && replay != null) {
            // By its fence: another server may have ended it, and somebody may have begun the next one.
            parts.store().finish(row.id(), row.fence()).onSuccess(removed -> {
                if (removed) {
                    parts.acts()
                            .server(
                                    "replayed",
                                    true,
                                    Map.of("destination", replay.of(), "until", Long.toString(replay.until())));
                }
            });
            return;
        }
        lookNow();
    }
}
