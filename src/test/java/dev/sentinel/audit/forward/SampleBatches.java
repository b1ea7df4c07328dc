package dev.sentinel.audit.forward;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.RandomEvents;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Batches for tests. */
public final class SampleBatches {
    private static final Instant RECEIVED = Instant.parse("2026-11-02T09:00:00.000001Z");

    private SampleBatches() {}

    /** As many generated events from this position on. */
    public static Batch random(long seed, long from, int events) {
        RandomEvents random = new RandomEvents(seed);
        List<StoredEvent> stored = IntStream.range(0, events)
                .mapToObj(i -> stored(from + i, random.sample().event()))
                .toList();
        return new Batch(stored, from, from + events);
    }

    /** As many usual events from this position on. */
    public static Batch usual(long from, int events) {
        List<StoredEvent> stored = IntStream.range(0, events)
                .mapToObj(i -> stored(from + i, event().build()))
                .toList();
        return new Batch(stored, from, from + events);
    }

    /** As many usual events of several agents in turn, from this position on. */
    public static Batch ofAgents(long from, int events, int agents) {
        List<StoredEvent> stored = IntStream.range(0, events)
                .mapToObj(i -> stored(
                        from + i,
                        event().agentInstanceId("agent-" + (from + i) % agents).build()))
                .toList();
        return new Batch(stored, from, from + events);
    }

    /** One event. */
    public static Batch of(long seq, AuditEvent event) {
        return new Batch(List.of(stored(seq, event)), seq, seq + 1);
    }

    /** A usual event with a new id. */
    public static AuditEvent.Builder event() {
        return AuditEvent.builder()
                .eventId(UUID.randomUUID())
                .timestamp(Instant.parse("2026-11-02T08:05:13.886Z"))
                .agentInstanceId("billing-agent-7")
                .traceId("run-42")
                .actor(ActorType.AGENT)
                .actionType(ActionType.TOOL_CALL)
                .resource("web_search")
                .status(EventStatus.SUCCESS)
                .latencyMs(182)
                .metadata("{\"query_length\":42}");
    }

    private static StoredEvent stored(long seq, AuditEvent event) {
        return new StoredEvent(seq, RECEIVED, event, Seals.any(event));
    }
}
