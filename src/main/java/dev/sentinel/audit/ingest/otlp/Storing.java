package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.inflight.Permit;
import dev.sentinel.audit.ingest.Appender;
import dev.sentinel.audit.ingest.Client;
import dev.sentinel.audit.ingest.Intake;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores the events of one request, in one or more parts: takes them from the limits of the client, leaves out those
 * that it may not send, and appends the others. An event whose id is taken by another content is no rejection: the
 * first one counts, since two routes, or two versions of the mapping, may tell the same action differently. Event loop.
 */
final class Storing {
    private static final String RESERVED_AGENT = "the agent id is reserved for the server itself";
    private static final String RESERVED_RESOURCE = "the resource is reserved for POST /v1/notes";
    private static final Problem PARTLY_STORED = new Problem(
            503,
            "The server is overloaded. A part of this request may be stored; send it again, nothing is stored"
                    + " twice.");

    private final Intake intake;
    private final RoutingContext ctx;
    private final Client client;
    private final Appender appender;
    private final Permit permit;
    private final Rejections rejections = new Rejections();
    private int events;
    private int foreign;
    private long bytesTaken;
    private boolean isStored;
    private long duplicates;
    private long conflicts;

    Storing(Intake intake, RoutingContext ctx, Client client, Appender appender) {
        this.intake = intake;
        this.ctx = ctx;
        this.client = client;
        this.appender = appender;
        this.permit = intake.open(ctx);
    }

    Rejections rejections() {
        return rejections;
    }

    /** @param bytes of the whole request so far */
    Future<Void> takeBytes(long bytes) {
        long more = bytes - bytesTaken;
        bytesTaken = bytes;
        if (events > 0) {
            client.oweBytes(more);
            return Future.succeededFuture();
        }
        return intake.takeBytes(client, more);
    }

    /**
     * The request is refused after it was decoded so far.
     *
     * @param bytes of the whole request so far
     */
    void charge(long bytes) {
        client.oweBytes(bytes - bytesTaken);
        client.charge(bytes - bytesTaken);
        bytesTaken = bytes;
    }

    /** The failure that is answered: that of a request of which a part is stored must not deny it. */
    Throwable answered(Throwable cause) {
        return isStored && cause instanceof Overloaded ? PARTLY_STORED.asException() : cause;
    }

    /** Completes when all of these events are durable that the client may send. */
    Future<Void> store(List<AuditEvent> part) {
        boolean first = events == 0;
        events += part.size();
        if (events > client.maxBatch()) {
            return Future.failedFuture(new Problem(
                            413,
                            "The request has more events than the rate limit allows at once, " + client.maxBatch()
                                    + ": it can never pass. Export smaller batches.")
                    .asException());
        }
        if (first) {
            return intake.take(client, part.size()).compose(taken -> append(own(part), 0));
        }
        client.owe(part.size());
        return append(own(part), 0);
    }

    private List<AuditEvent> own(List<AuditEvent> part) {
        List<AuditEvent> own = new ArrayList<>(part.size());
        for (AuditEvent event : part) {
            if (Client.isReservedAgent(event)) {
                rejections.add(RESERVED_AGENT, 1);
            } else if (Client.isReservedResource(event)) {
                rejections.add(RESERVED_RESOURCE, 1);
            } else if (client.mayTouch(event.agentInstanceId())) {
                own.add(event);
            } else {
                foreign++;
                rejections.add(foreignAgent(), 1);
            }
        }
        return own;
    }

    /** One batch of the store after the other, so that a request of any size fits into what may be in flight. */
    private Future<Void> append(List<AuditEvent> own, int from) {
        if (from >= own.size()) {
            permit.shrinkTo(0);
            return Future.succeededFuture();
        }
        int to = Math.min(own.size(), from + intake.maxBatchEvents());
        return permit.growTo(to - from)
                .onFailure(intake::countRefusedBody)
                .compose(admitted -> intake.append(ctx, client, appender, own.subList(from, to), () -> {}))
                .compose(stored -> {
                    isStored = true;
                    stored.forEach(this::count);
                    return append(own, to);
                });
    }

    private void count(Outcome outcome) {
        duplicates += outcome instanceof Outcome.Duplicate ? 1 : 0;
        conflicts += outcome instanceof Outcome.Conflict ? 1 : 0;
    }

    /** Events that were stored before. */
    long duplicates() {
        return duplicates;
    }

    /** Events whose id is taken by another content. */
    long conflicts() {
        return conflicts;
    }

    /** Throws if every event of the request is of an agent for which the client may not send. */
    void requireOwnAgents() {
        if (foreign > 0 && foreign == events) {
            throw new Problem(403, "T" + foreignAgent().substring(1) + ".").asException();
        }
    }

    private String foreignAgent() {
        return "this key may send agents beginning with \"" + client.agentPrefix() + "\"; set X-Sentinel-Agent";
    }

    void release() {
        permit.release();
    }
}
