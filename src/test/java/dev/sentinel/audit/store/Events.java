package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Creates events for tests. Seeded, so that a failure can be reproduced. */
public final class Events {
    public static final Instant START = Instant.parse("2026-11-02T08:00:00Z");

    private final Random random;

    public Events(long seed) {
        this.random = new Random(seed);
    }

    /** Few agents, traces, resources and times, so that filters hit and timestamps collide. */
    public AuditEvent next() {
        return AuditEvent.builder()
                .eventId(new UUID(random.nextLong(), random.nextLong()))
                .timestamp(START.plusSeconds(random.nextInt(120)))
                .agentInstanceId("agent-" + random.nextInt(5))
                .traceId("trace-" + random.nextInt(20))
                .actor(pick(ActorType.values()))
                .actionType(pick(ActionType.values()))
                .resource("resource_" + random.nextInt(7))
                .status(pick(EventStatus.values()))
                .latencyMs(random.nextBoolean() ? null : Integer.valueOf(random.nextInt(5_000)))
                .metadata("{\"n\":" + random.nextInt(50) + ",\"Text\":\"Größe\"}")
                .build();
    }

    public List<AuditEvent> next(int count) {
        List<AuditEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(next());
        }
        return events;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
