package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
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
    }

    /** The first ten columns, then the time of receipt, the submitter and the redactions. */
    static Tuple of(Collection<AuditEvent> events, Instant receivedAt) {
        EventArrays arrays = new EventArrays(events.size());
        events.forEach(event -> arrays.add(event, event.timestamp() == null ? receivedAt : event.timestamp()));
        return arrays.tuple(utc(receivedAt));
    }

    /** As {@link #of(Collection, Instant)}, for events that were received at different times. */
    static Tuple of(List<StoredEvent> events) {
        EventArrays arrays = new EventArrays(events.size());
        OffsetDateTime[] received = new OffsetDateTime[events.size()];
        for (StoredEvent event : events) {
            received[arrays.count] = utc(event.receivedAt());
            arrays.add(event.event(), event.timestamp());
        }
        return arrays.tuple(received);
    }

    private void add(AuditEvent event, Instant timestamp) {
        int i = count++;
        ids[i] = event.eventId();
        timestamps[i] = utc(timestamp);
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
            redacted
        });
    }

    static OffsetDateTime utc(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
