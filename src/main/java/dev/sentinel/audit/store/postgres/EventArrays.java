package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;

/** Events as the parameters of {@code unnest}: one array per column. */
final class EventArrays {
    private final UUID[] ids;
    private final OffsetDateTime[] timestamps;
    private final String[] agents;
    private final String[] traces;
    private final String[] actors;
    private final String[] actionTypes;
    private final String[] resources;
    private final String[] statuses;
    private final Integer[] latencies;
    private final String[] metadata;
    private final String[] submitters;
    private final String[] redacted;
    private final Buffer[] resourceSeals;
    private final Buffer[] metadataSeals;
    private final String[] spans;
    private final String[] parentSpans;
    private final String[] sessions;
    private final String[] principals;
    private final Buffer[] linksSeals;
    private int count;

    private EventArrays(int size) {
        ids = new UUID[size];
        timestamps = new OffsetDateTime[size];
        agents = new String[size];
        traces = new String[size];
        actors = new String[size];
        actionTypes = new String[size];
        resources = new String[size];
        statuses = new String[size];
        latencies = new Integer[size];
        metadata = new String[size];
        submitters = new String[size];
        redacted = new String[size];
        resourceSeals = new Buffer[size];
        metadataSeals = new Buffer[size];
        spans = new String[size];
        parentSpans = new String[size];
        sessions = new String[size];
        principals = new String[size];
        linksSeals = new Buffer[size];
    }

    /**
     * The first ten columns, then the time of receipt, the submitter, the redactions, two parts of the seal, the links
     * and their part of the seal.
     *
     * @param receivedAt of all events
     */
    static Tuple of(Collection<StoredEvent> events, Instant receivedAt) {
        return of(events).tuple(utc(receivedAt));
    }

    /** As {@link #of(Collection, Instant)}, for events that were received at different times. */
    static Tuple ofEach(Collection<StoredEvent> events) {
        return of(events)
                .tuple(events.stream().map(event -> utc(event.receivedAt())).toArray(OffsetDateTime[]::new));
    }

    private static EventArrays of(Collection<StoredEvent> events) {
        EventArrays arrays = new EventArrays(events.size());
        events.forEach(arrays::add);
        return arrays;
    }

    private void add(StoredEvent stored) {
        AuditEvent event = stored.event();
        int i = count++;
        resourceSeals[i] = Buffer.buffer(stored.seal().resource());
        metadataSeals[i] = Buffer.buffer(stored.seal().metadata());
        byte[] linksSeal = stored.seal().links();
        linksSeals[i] = linksSeal == null ? null : Buffer.buffer(linksSeal);
        spans[i] = event.links().spanId();
        parentSpans[i] = event.links().parentSpanId();
        sessions[i] = event.links().sessionId();
        principals[i] = event.links().onBehalfOf();
        ids[i] = event.eventId();
        timestamps[i] = utc(stored.timestamp());
        agents[i] = event.agentInstanceId();
        traces[i] = event.traceId();
        actors[i] = event.actor().wireName();
        actionTypes[i] = event.actionType().wireName();
        resources[i] = event.resource();
        statuses[i] = event.status().wireName();
        latencies[i] = event.latencyMs();
        metadata[i] = event.metadata();
        submitters[i] = event.submittedBy();
        redacted[i] = event.redacted();
    }

    private Tuple tuple(Object received) {
        return Tuple.from(new Object[] {
            ids,
            timestamps,
            agents,
            traces,
            actors,
            actionTypes,
            resources,
            statuses,
            latencies,
            metadata,
            received,
            submitters,
            redacted,
            resourceSeals,
            metadataSeals,
            spans,
            parentSpans,
            sessions,
            principals,
            linksSeals
        });
    }

    static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
