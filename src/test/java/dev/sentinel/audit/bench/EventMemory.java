package dev.sentinel.audit.bench;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;

/** The events of an {@link EventSource}, already decoded. One thread. */
public final class EventMemory implements Supplier<AuditEvent> {
    private static final int TEMPLATES = 500;
    private static final Instant START = Instant.parse("2026-11-02T00:00:00Z");

    private final List<AuditEvent> templates = new ArrayList<>();
    private final SplittableRandom random;
    private long made;

    /** Equal seeds produce equal events. */
    public EventMemory(long seed) throws IOException {
        random = new SplittableRandom(seed);
        EventSource source = new EventSource(seed);
        EventReader reader = new EventReader(1, RedactionRules.full(), secret -> {});
        for (int i = 0; i < TEMPLATES; i++) {
            DecodedEvent decoded = reader.readJson(source.next(), null).events().get(0);
            templates.add(((DecodedEvent.Valid) decoded).event());
        }
    }

    @Override
    public AuditEvent get() {
        AuditEvent template = templates.get((int) (made % TEMPLATES));
        long trace = made++ / 20;
        return template.toBuilder()
                .eventId(new UUID(random.nextLong(), random.nextLong()))
                .timestamp(START.plusMillis(made))
                .agentInstanceId("agent-" + trace % EventSource.AGENTS)
                .traceId("trace-" + trace)
                .build();
    }
}
