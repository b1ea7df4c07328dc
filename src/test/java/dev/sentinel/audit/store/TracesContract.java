package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link Summaries} for traces and sessions: lists and sums are those of the log. */
public abstract class TracesContract extends StoreContract {
    private static final TraceQuery ALL = new TraceQuery("", Set.of(), Set.of(), Set.of(), null, null, null, 1_000);

    private static TraceQuery query(Set<String> agents, Set<String> sessions, Set<EventStatus> statuses, int limit) {
        return new TraceQuery("", agents, sessions, statuses, null, null, null, limit);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void traces_anyEvents_areThoseOfTheLog(long seed) {
        List<StoredEvent> log = hostileLog(seed);
        HostileEvents values = new HostileEvents(seed);
        values.batch(50);
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            TraceQuery query = values.traceQuery();
            TraceQuery paged = new TraceQuery(
                    query.agentPrefix(),
                    query.agentInstanceIds(),
                    query.sessionIds(),
                    query.statuses(),
                    query.from(),
                    query.to(),
                    null,
                    1 + random.nextInt(9));

            assertThat(walk(paged)).as(query.toString()).isEqualTo(expected(log, query));
        }
        assertThat(walk(ALL)).isEqualTo(expected(log, ALL)).hasSizeGreaterThan(20);
    }

    /** Backfills and clocks that differ make the first event of a trace arrive last. */
    @Test
    void traces_earlierEventArrives_listsTheTraceOnceWhereItBegins() {
        for (int minute : new int[] {50, 40, 45, 10, 10, 30}) {
            await(store().append(List.of(at(minute, "moved"))));
        }
        await(store().append(List.of(at(20, "other"), at(60, "moved"))));
        awaitPositions();

        List<TraceSummary> traces = walk(new TraceQuery("", Set.of(), Set.of(), Set.of(), null, null, null, 1));

        assertThat(traces).extracting(TraceSummary::traceId).containsExactly("other", "moved");
        assertThat(traces.get(1).start()).isEqualTo(Events.START.plus(Duration.ofMinutes(10)));
        assertThat(traces.get(1).total()).isEqualTo(7);
    }

    @Test
    void traces_readYourWrites_listsAnEventAtOnce() {
        for (int i = 0; i < 20; i++) {
            AuditEvent event = at(i, "trace " + i);
            await(store().append(List.of(event)));

            assertThat(walk(ALL).get(0).first().eventId()).isEqualTo(event.eventId());
        }
    }

    @ParameterizedTest
    @EnumSource
    void traces_ofAStatus_isDecidedByTheGravest(EventStatus status) {
        List<AuditEvent> sent = new ArrayList<>();
        for (EventStatus one : EventStatus.values()) {
            for (EventStatus other : EventStatus.values()) {
                String trace = one + " " + other;
                sent.add(at(1, trace).toBuilder().status(one).build());
                sent.add(at(2, trace).toBuilder().status(other).build());
            }
        }
        await(store().append(sent));
        List<EventStatus> gravest =
                List.of(EventStatus.ERROR, EventStatus.DENIED, EventStatus.PENDING, EventStatus.SUCCESS);

        List<TraceSummary> traces = walk(query(Set.of(), Set.of(), Set.of(status), 3));

        int graver = gravest.indexOf(status);
        assertThat(traces).hasSize((4 - graver) * (4 - graver) - (3 - graver) * (3 - graver));
        assertThat(traces).allMatch(trace -> trace.status() == status);
    }

    @Test
    void traces_duration_endsWhenTheFirstOrLastEventEnds() {
        await(store().append(List.of(
                at(0, "root ends last").toBuilder().latencyMs(3_600_000).build(),
                at(5, "root ends last").toBuilder().latencyMs(10).build(),
                at(0, "last ends last").toBuilder().latencyMs(null).build(),
                at(5, "last ends last").toBuilder().latencyMs(10).build())));

        assertThat(walk(ALL))
                .extracting(trace -> trace.traceId() + " " + trace.duration().toMillis())
                .containsExactlyInAnyOrder("root ends last 3600000", "last ends last 300010");
    }

    /** It would seem to have lasted until somebody looked into it. */
    @Test
    void traces_noteAddedLater_endWithTheirLastStep() {
        await(store().append(List.of(
                at(0, "noted").toBuilder().latencyMs(null).build(),
                at(2, "noted").toBuilder().latencyMs(7).build(),
                note(60_000, "noted"),
                note(90_000, "noted once"),
                note(100, "only noted"),
                note(102, "only noted"),
                note(105, "only noted"))));

        for (String prefix : List.of("", "agent-")) {
            assertThat(walk(new TraceQuery(prefix, Set.of(), Set.of(), Set.of(), null, null, null, 10)))
                    .extracting(trace -> trace.traceId() + " " + trace.total() + " "
                            + trace.duration().toMillis())
                    .containsExactlyInAnyOrder("noted 3 120007", "noted once 1 0", "only noted 3 300000");
        }
    }

    private AuditEvent note(int minute, String trace) {
        return at(minute, trace).toBuilder()
                .actor(ActorType.HUMAN)
                .actionType(ActionType.API_CALL)
                .resource(TraceSummary.NOTE)
                .latencyMs(null)
                .build();
    }

    /** Longer than what is counted of a trace in a list. */
    @Test
    void traces_veryLong_isCountedInPart() {
        List<AuditEvent> batch = new ArrayList<>();
        for (int i = 0; i < 10_020; i++) {
            batch.add(at(0, "long").toBuilder().status(EventStatus.SUCCESS).build());
        }
        batch.add(at(1, "long").toBuilder().status(EventStatus.ERROR).build());
        for (int from = 0; from < batch.size(); from += 1_000) {
            await(store().append(batch.subList(from, Math.min(from + 1_000, batch.size()))));
        }

        // In a time that does not grow with the square of its length: the timeout of a query is 10 s.
        assertThat(walk(query(Set.of(), Set.of(), Set.of(EventStatus.SUCCESS), 10)))
                .hasSize(1);
        assertThat(walk(new TraceQuery("agent-1", Set.of(), Set.of(), Set.of(), null, null, null, 10)))
                .hasSize(1);
        TraceSummary listed = walk(ALL).get(0);
        TraceSummary whole = await(store().trace("long", "")).orElseThrow();

        assertThat(listed.complete()).isFalse();
        assertThat(listed.total()).isEqualTo(10_000);
        assertThat(listed.end()).isEqualTo(Events.START.plus(Duration.ofMinutes(1)));
        assertThat(whole.complete()).isTrue();
        assertThat(whole.total()).isEqualTo(10_021);
        assertThat(Objects.requireNonNull(whole.firstProblem()).eventId())
                .isEqualTo(batch.get(10_020).eventId());
    }

    @Test
    void session_anyEvents_isThatOfTheLog() {
        List<StoredEvent> log = hostileLog(9);
        Set<String> sessions = log.stream()
                .map(stored -> stored.event().links().sessionId())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        assertThat(sessions).hasSizeGreaterThan(5);
        for (String session : sessions) {
            for (String prefix : List.of("", "agent", "A")) {
                List<StoredEvent> events = log.stream()
                        .filter(stored -> session.equals(stored.event().links().sessionId()))
                        .filter(stored -> stored.event().agentInstanceId().startsWith(prefix))
                        .sorted(OLDEST_FIRST)
                        .toList();
                Optional<SessionSummary> expected = events.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SessionSummary(
                                session,
                                agents(events),
                                events.get(0).effectiveTime(),
                                events.get(events.size() - 1).effectiveTime(),
                                events.size(),
                                byStatus(events),
                                true));

                assertThat(await(store().session(session, prefix))).isEqualTo(expected);
            }
        }
        assertThat(await(store().session("nothing", ""))).isEmpty();
    }

    private AuditEvent at(int minute, String trace) {
        return events.next().toBuilder()
                .traceId(trace)
                .timestamp(Events.START.plus(Duration.ofMinutes(minute)))
                .build();
    }

    private List<StoredEvent> hostileLog(long seed) {
        HostileEvents hostile = new HostileEvents(seed);
        int captured = 0;
        for (int i = 0; i < 8; i++) {
            clock.advance(Duration.ofMinutes(5));
            captured += (int) await(store().append(hostile.batch(60))).stream()
                    .filter(Outcome.Captured.class::isInstance)
                    .count();
        }
        return log(captured);
    }

    /** Every page. */
    private List<TraceSummary> walk(TraceQuery query) {
        List<TraceSummary> found = new ArrayList<>();
        TraceQuery next = query;
        while (true) {
            Page<TraceSummary, Position> page = await(store().traces(next));
            assertThat(page.items().size()).isLessThanOrEqualTo(query.limit());
            found.addAll(page.items());
            if (page.next() == null) {
                return found;
            }
            next = query.after(page.next());
        }
    }

    /** As if there were no events of agents that the caller may not see. */
    private static List<TraceSummary> expected(List<StoredEvent> log, TraceQuery query) {
        Map<String, List<StoredEvent>> traces = log.stream()
                .filter(of(agent -> agent.startsWith(query.agentPrefix())))
                .sorted(OLDEST_FIRST)
                .collect(Collectors.groupingBy(stored -> stored.event().traceId()));
        return traces.values().stream()
                .sorted(Comparator.comparing((List<StoredEvent> trace) -> trace.get(0), OLDEST_FIRST)
                        .reversed())
                .filter(trace -> isWithin(trace.get(0).effectiveTime(), query))
                .filter(seen -> query.agentInstanceIds().isEmpty()
                        || seen.stream().anyMatch(of(query.agentInstanceIds()::contains)))
                .filter(seen -> query.sessionIds().isEmpty()
                        || seen.stream()
                                .map(stored -> stored.event().links().sessionId())
                                .anyMatch(id -> id != null && query.sessionIds().contains(id)))
                .map(TracesContract::summary)
                .filter(trace -> query.statuses().isEmpty() || query.statuses().contains(trace.status()))
                .toList();
    }

    private static Predicate<StoredEvent> of(Predicate<String> agent) {
        return stored -> agent.test(stored.event().agentInstanceId());
    }

    private static boolean isWithin(Instant start, TraceQuery query) {
        return (query.from() == null || !start.isBefore(query.from()))
                && (query.to() == null || start.isBefore(query.to()));
    }

    private static TraceSummary summary(List<StoredEvent> seen) {
        StoredEvent first = seen.get(0);
        StoredEvent last = seen.get(seen.size() - 1);
        Optional<StoredEvent> problem = firstOf(seen, EventStatus.ERROR).or(() -> firstOf(seen, EventStatus.DENIED));
        return new TraceSummary(
                first.event().traceId(),
                first.event().links().sessionId(),
                agents(seen),
                first.effectiveTime(),
                last.effectiveTime(),
                TraceSummary.duration(
                        first.effectiveTime(),
                        first.event().latencyMs(),
                        last.effectiveTime(),
                        last.event().latencyMs()),
                seen.size(),
                byStatus(seen),
                true,
                step(first),
                problem.map(TracesContract::step).orElse(null));
    }

    private static Optional<StoredEvent> firstOf(List<StoredEvent> seen, EventStatus status) {
        return seen.stream().filter(stored -> stored.event().status() == status).findFirst();
    }

    private static TraceStep step(StoredEvent stored) {
        AuditEvent event = stored.event();
        return new TraceStep(
                event.eventId(),
                stored.timestamp(),
                event.agentInstanceId(),
                event.actionType(),
                event.resource(),
                event.status(),
                event.latencyMs());
    }

    /** In the order of UTF-8, which is that of code points. */
    private static List<String> agents(List<StoredEvent> events) {
        return events.stream()
                .map(stored -> stored.event().agentInstanceId())
                .distinct()
                .sorted((one, other) -> IntStream.range(0, Math.min(one.codePointCount(0, one.length()), length(other)))
                        .map(i -> Integer.compare(codePoint(one, i), codePoint(other, i)))
                        .filter(order -> order != 0)
                        .findFirst()
                        .orElse(Integer.compare(length(one), length(other))))
                .toList();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static int codePoint(String text, int index) {
        return text.codePointAt(text.offsetByCodePoints(0, index));
    }

    private static Map<EventStatus, Long> byStatus(List<StoredEvent> events) {
        Map<EventStatus, Long> counts = new EnumMap<>(EventStatus.class);
        for (EventStatus status : EventStatus.values()) {
            counts.put(
                    status,
                    events.stream()
                            .filter(stored -> stored.event().status() == status)
                            .count());
        }
        return counts;
    }
}
