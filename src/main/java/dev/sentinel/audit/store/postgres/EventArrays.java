package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.AuditEvent;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;

/** Events as the parameters of {@code unnest}: an array for each column. */
final class EventArrays {
    private EventArrays() {}

    /** The first ten columns, when they were received, who sent them, what was taken out. */
    static Tuple of(Collection<AuditEvent> events, Instant receivedAt) {
        int count = events.size();
        UUID[] ids = new UUID[count];
        OffsetDateTime[] timestamps = new OffsetDateTime[count];
        String[] agents = new String[count];
        String[] traces = new String[count];
        String[] actors = new String[count];
        String[] actionTypes = new String[count];
        String[] resources = new String[count];
        String[] statuses = new String[count];
        Integer[] latencies = new Integer[count];
        String[] metadata = new String[count];
        String[] submitters = new String[count];
        String[] redacted = new String[count];
        OffsetDateTime received = utc(receivedAt);
        int i = 0;
        for (AuditEvent event : events) {
            ids[i] = event.eventId();
            timestamps[i] = event.timestamp() == null ? received : utc(event.timestamp());
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
            i++;
        }
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
