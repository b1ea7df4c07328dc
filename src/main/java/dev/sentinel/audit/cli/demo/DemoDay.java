package dev.sentinel.audit.cli.demo;

import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Generates runs of ten agents over some hours, busiest in the middle, with an incident: payments fail for three
 * quarters of an hour. One thread.
 */
public final class DemoDay {
    private static final Duration INCIDENT = Duration.ofMinutes(45);
    private static final int INCIDENT_FAILS_PERCENT = 75;
    private static final String INCIDENT_RESOURCES = "payments.";

    private final RandomGenerator random;
    private int runs;

    /** Generates the same events for the same random numbers. */
    public DemoDay(RandomGenerator random) {
        this.random = random;
    }

    /** The events of {@code count} runs, in the order of their times, none after the end. */
    public List<DemoEvent> until(Instant end, Duration span, int count) {
        Instant incident = end.minus(span.dividedBy(3));
        List<DemoEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // The mean of two random numbers is most often near the middle.
            double at = (random.nextDouble() + random.nextDouble()) / 2;
            Instant start = end.minus(span).plusMillis((long) (span.toMillis() * at));
            events.addAll(run(start, incident));
        }
        events.removeIf(event -> event.at().isAfter(end));
        events.sort((left, right) -> left.at().compareTo(right.at()));
        return events;
    }

    /** The events of one run that begins at {@code start}. */
    public List<DemoEvent> runFrom(Instant start) {
        return run(start, Instant.MAX);
    }

    private List<DemoEvent> run(Instant start, Instant incident) {
        DemoRole role = DemoRole.ALL.get(random.nextInt(DemoRole.ALL.size()));
        String agent = "demo-" + role.name() + "-" + (1 + random.nextInt(role.instances()));
        String trace = agent + "-" + Long.toString(start.getEpochSecond(), 36) + "-" + Integer.toString(runs++, 36);
        List<DemoEvent> events = new ArrayList<>();
        Instant now = start;
        for (DemoStep step : role.steps()) {
            int times = step.medianMs() == 0 ? 1 : 1 + random.nextInt(3);
            for (int i = 0; i < times; i++) {
                DemoEvent event = event(step, agent, trace, now, incident);
                events.add(event);
                Integer latency = event.latencyMs();
                now = now.plusMillis((latency == null ? 0 : latency) + spread(role.pauseMs()));
                if (event.status() == EventStatus.DENIED) {
                    return events;
                }
            }
        }
        return events;
    }

    private DemoEvent event(DemoStep step, String agent, String trace, Instant at, Instant incident) {
        String resource = step.resources().get(random.nextInt(step.resources().size()));
        boolean hit =
                resource.startsWith(INCIDENT_RESOURCES) && at.isAfter(incident) && at.isBefore(incident.plus(INCIDENT));
        boolean fails = random.nextInt(100) < (hit ? INCIDENT_FAILS_PERCENT : step.failsPercent());
        Map<String, Object> metadata = new HashMap<>(step.metadata());
        if (fails && step.failure() == EventStatus.ERROR) {
            metadata.put("error", hit ? "upstream timeout" : "unexpected answer");
        }
        return new DemoEvent(
                new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE),
                at,
                agent,
                trace,
                step.actor(),
                step.action(),
                resource,
                fails ? step.failure() : EventStatus.SUCCESS,
                step.medianMs() == 0 ? null : (int) spread(hit ? step.medianMs() * 8 : step.medianMs()),
                metadata);
    }

    /** A random duration around a median, with a long tail (log-normal). */
    private long spread(int median) {
        return Math.max(1, Math.round(median * Math.exp(random.nextGaussian() * 0.6)));
    }
}
