package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.ClientGone;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.inflight.Permit;
import dev.sentinel.audit.http.ratelimit.Allowance;
import dev.sentinel.audit.http.ratelimit.RateLimiter;
import dev.sentinel.audit.ingest.IngestMetrics.Disposition;
import dev.sentinel.audit.ingest.sources.Arrival;
import dev.sentinel.audit.ingest.sources.Origin;
import dev.sentinel.audit.ingest.sources.Sources;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.persist.Append;
import dev.sentinel.audit.persist.Appended;
import dev.sentinel.audit.persist.Inbox;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all ways of receiving events share: who may send, how many events are in flight, and how each of them is
 * counted. Shared by all event loops.
 */
public final class Intake {
    /** Stops before the disk is full, so that the log, its index and its backups keep some space. */
    private static final Problem NO_SPACE = new Problem(
            503,
            "The disk of the server has less than MIN_FREE_BYTES of free space. No event of this request was stored."
                    + " Retry later; an operator must free some space.");

    /** Events of feeds wait for parts of their limit, each of this fraction. */
    private static final int PARTS_OF_LIMIT = 20;

    private final Vertx vertx;
    private final Inbox inbox;
    private final Budget eventBudget;
    private final RateLimiter limiter;
    private final IngestMetrics metrics;
    private final Sources sources;
    private final int maxBatchEvents;
    private final BooleanSupplier hasSpace;

    /**
     * All parts are shared by all event loops.
     *
     * @param maxBatchEvents limit for the events of several requests that are appended together
     * @param hasSpace whether the disk has space for more events; asked for each request, must not block
     */
    public Intake(
            Vertx vertx,
            Inbox inbox,
            Budget eventBudget,
            RateLimiter limiter,
            IngestMetrics metrics,
            Sources sources,
            int maxBatchEvents,
            BooleanSupplier hasSpace) {
        this.vertx = vertx;
        this.inbox = inbox;
        this.eventBudget = eventBudget;
        this.limiter = limiter;
        this.metrics = metrics;
        this.sources = sources;
        this.maxBatchEvents = maxBatchEvents;
        this.hasSpace = hasSpace;
    }

    /** For the event loop that calls it. */
    public Appender appender() {
        return new Appender(vertx, inbox, maxBatchEvents);
    }

    /** Events that are appended together at most. */
    public int maxBatchEvents() {
        return maxBatchEvents;
    }

    /** The sender of a request. Throws a {@link ProblemException} if it may send nothing at the moment. */
    public Client admit(RoutingContext ctx) {
        if (!hasSpace.getAsBoolean()) {
            metrics.count(Disposition.SHED, 1);
            throw NO_SPACE.asException();
        }
        Client client = Client.of(ctx, limiter);
        ProblemException exhausted = client.exhausted();
        if (exhausted != null) {
            metrics.count(Disposition.LIMITED, 1);
            throw exhausted;
        }
        return client;
    }

    /** Completes when this many events could be in flight, and takes nothing. */
    public Future<Void> await(RoutingContext ctx, int events) {
        return eventBudget.await(Caller.client(ctx), events);
    }

    /** A permit for events in flight, that holds nothing yet. */
    public Permit open(RoutingContext ctx) {
        return eventBudget.open(Caller.client(ctx));
    }

    /** Takes the bytes of a body from the client's limit; fails with the refusal. */
    public Future<Void> takeBytes(Client client, long bytes) {
        return client.takeBytes(bytes).onFailure(refusal -> metrics.count(Disposition.LIMITED, 1));
    }

    /** Takes events from the client's rate limit, all or none; fails with the refusal. */
    public Future<Void> take(Client client, int events) {
        return client.take(events).onFailure(refusal -> metrics.count(Disposition.LIMITED, events));
    }

    /** Counts events that the client may not send, or that violate the contract. */
    public void reject(int events) {
        metrics.count(Disposition.REJECTED, events);
    }

    /**
     * Shows what became of the records of a producer.
     *
     * @param protocol how they were sent
     * @param producer what it calls itself; null for the user agent
     */
    public void show(RoutingContext ctx, Client client, String protocol, @Nullable String producer, Arrival arrival) {
        String agent = ctx.request().getHeader(HttpHeaders.USER_AGENT);
        String named = producer != null ? producer : agent == null ? "" : agent;
        sources.seen(new Origin(client.id(), protocol, named), arrival);
    }

    /**
     * Shows why some records of a request were not taken, although the others were.
     *
     * @param reason repeats nothing that the client sent
     */
    public void showRejection(RoutingContext ctx, Client client, String reason) {
        SocketAddress address = ctx.request().remoteAddress();
        String host = address == null || address.hostAddress() == null ? "" : address.hostAddress();
        sources.failed(client.id(), host, ctx.request().getHeader(HttpHeaders.USER_AGENT), 200, reason);
    }

    /** Counts a request whose events are not known, if it was refused for overload. */
    public void countRefusedBody(Throwable cause) {
        if (cause instanceof Overloaded) {
            metrics.count(Disposition.SHED, 1);
        }
    }

    /**
     * Appends events and counts their outcomes. Completes when the store has answered, however late. Event loop of the
     * appender.
     *
     * @param onTimeout runs when a client would give up
     */
    public Future<List<Outcome>> append(
            RoutingContext ctx, Client client, Appender appender, List<AuditEvent> events, Runnable onTimeout) {
        if (events.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Future<List<Outcome>> outcomes = ctx.response().closed()
                ? Future.failedFuture(new ClientGone("the connection was closed before the events were appended"))
                : appender.append(events, onTimeout);
        return outcomes.onFailure(cause -> metrics.count(disposition(cause), events.size()))
                .onSuccess(known -> count(known, client.principal()));
    }

    /**
     * Appends the events of messages that nobody waits for, and counts their outcomes. Completes when the store has
     * answered, on the caller's context. If the sender has a limit, they wait for it: nobody would retry them.
     *
     * @param messages from which these events are
     */
    Future<List<Outcome>> append(Principal sender, List<AuditEvent> events, int messages) {
        if (events.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Allowance allowance = limiter.events(sender);
        return allowance == null
                ? appendNow(sender, events, messages)
                : await(allowance, events.size()).compose(taken -> appendNow(sender, events, messages));
    }

    private Future<Void> await(Allowance allowance, int events) {
        // In small parts: all servers take from one limit, and one that wants all of it at once would never get it.
        int some = Math.min(events, Math.max(1, allowance.limit().events() / PARTS_OF_LIMIT));
        return allowance.take(some).compose(taken -> {
            if (taken) {
                return some == events ? Future.succeededFuture() : await(allowance, events - some);
            }
            long millis = allowance.untilAvailable(some).toMillis() + 1;
            return vertx.timer(millis, TimeUnit.MILLISECONDS).compose(now -> await(allowance, events));
        });
    }

    private Future<List<Outcome>> appendNow(Principal sender, List<AuditEvent> events, int messages) {
        Future<List<Outcome>> outcomes = hasSpace.getAsBoolean()
                ? eventBudget
                        .take(String.valueOf(sender.id()), events.size())
                        .compose(permit -> inbox.append(new Append(events, messages))
                                .map(Appended::outcomes)
                                .onComplete(done -> permit.release()))
                : Future.failedFuture(new Overloaded("the disk has less than MIN_FREE_BYTES of free space"));
        return outcomes.onFailure(cause -> metrics.count(disposition(cause), events.size()))
                .onSuccess(known -> count(known, sender));
    }

    /** Shows what became of messages that are no requests. */
    void show(Principal sender, String protocol, Arrival arrival) {
        sources.seen(new Origin(sender.id(), protocol, ""), arrival);
    }

    private static Disposition disposition(Throwable cause) {
        if (cause instanceof ClientGone) {
            return Disposition.ABANDONED;
        }
        return cause instanceof Overloaded ? Disposition.SHED : Disposition.FAILED;
    }

    private void count(List<Outcome> outcomes, Principal sender) {
        int captured = 0;
        int duplicate = 0;
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Captured) {
                captured++;
            } else if (outcome instanceof Outcome.Duplicate) {
                duplicate++;
            } else if (outcome instanceof Outcome.Conflict conflict && !sender.mayTouch(conflict.agentInstanceId())) {
                metrics.countHiddenConflict();
            }
        }
        metrics.count(Disposition.CAPTURED, captured);
        metrics.count(Disposition.DUPLICATE, duplicate);
        metrics.count(Disposition.CONFLICT, outcomes.size() - captured - duplicate);
    }
}
