package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of every {@link EventStore} for events whose timestamp is far from the time of receipt. */
public abstract class EffectiveTimeContract extends StatsContract {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    @Test
    void append_timestampOfFarFuture_isFirstForOneDayOnly() {
        AuditEvent future = withTimestamp(events.next(), LAST);
        await(store().append(List.of(future)));
        clock.advance(Duration.ofHours(23));
        AuditEvent nextDay = withAgent(withTimestamp(events.next(), null), future.agentInstanceId());
        await(store().append(List.of(nextDay)));
        assertThat(walk(EventQuery.all(1)))
                .extracting(StoredEvent::event)
                .extracting(AuditEvent::eventId)
                .containsExactly(future.eventId(), nextDay.eventId());

        clock.advance(Duration.ofHours(2));
        AuditEvent later = withAgent(withTimestamp(events.next(), null), future.agentInstanceId());
        await(store().append(List.of(later)));

        assertThat(walk(EventQuery.all(1)))
                .extracting(StoredEvent::event)
                .extracting(AuditEvent::eventId)
                .containsExactly(later.eventId(), future.eventId(), nextDay.eventId());
        assertThat(Found.events(await(store().agentEvents(future.agentInstanceId(), EventQuery.all(5)))
                        .found()))
                .extracting(StoredEvent::event)
                .extracting(AuditEvent::eventId)
                .containsExactly(later.eventId(), future.eventId(), nextDay.eventId());
    }

    @Test
    void append_timestampOfFarFuture_isStoredAsSent() {
        AuditEvent future = withTimestamp(events.next(), LAST);
        AuditEvent past = withTimestamp(events.next(), FIRST);
        await(store().append(List.of(future, past)));

        for (AuditEvent event : List.of(future, past)) {
            assertThat(await(store().find(event.eventId())).orElseThrow().event())
                    .isEqualTo(event);
        }
        assertThat(log(2)).extracting(StoredEvent::event).containsExactly(future, past);
        assertThat(walk(EventQuery.all(5))).isEqualTo(List.of(log(2).get(0), log(2).get(1)));
    }

    @Test
    void append_timestampOfFarFutureAgainLater_isDuplicate() {
        AuditEvent future = withTimestamp(events.next(), LAST);
        await(store().append(List.of(future)));
        StoredEvent stored = log(1).get(0);
        clock.advance(Duration.ofHours(30));

        assertThat(await(store().append(List.of(future))))
                .containsExactly(new Outcome.Duplicate(0, stored.receivedAt(), new Leaf().hash(stored)));
        assertThat(await(store().append(List.of(withTimestamp(future, null)))))
                .containsExactly(new Outcome.Duplicate(0, stored.receivedAt(), new Leaf().hash(stored)));
        for (Instant other : List.of(LAST.minusNanos(1_000), stored.effectiveTime(), stored.receivedAt())) {
            assertThat(await(store().append(List.of(withTimestamp(future, other)))))
                    .as(other.toString())
                    .hasOnlyElementsOfType(Outcome.Conflict.class);
        }
    }

    @ParameterizedTest
    @EnumSource(EventQuery.Order.class)
    void search_anyFilter_ordersAndSelectsByEffectiveTime(EventQuery.Order order) {
        List<StoredEvent> all = storeOverDays(200);
        Instant start = all.get(0).receivedAt();
        Instant edge = start.plus(StoredEvent.MAX_AHEAD);
        List<Consumer<EventFilter.Builder>> filters = List.of(
                filter -> {},
                filter -> filter.agentInstanceIds(Set.of("agent-1")),
                filter -> filter.agentInstanceIds(Set.of("agent-1", "agent-2", "nobody")),
                filter -> filter.agentPrefix("agent-"),
                filter -> filter.traceIds(Set.of("trace-1", "trace-2", "trace-3")),
                filter -> filter.traceIds(Set.of("trace-1", "trace-2")).agentInstanceIds(Set.of("agent-1", "agent-3")),
                filter -> filter.resources(Set.of("resource_1", "resource_4")),
                filter -> filter.resourcePrefixes(Set.of("resource_2")),
                filter -> filter.statuses(Set.of(EventStatus.ERROR, EventStatus.DENIED)),
                filter -> filter.texts(Set.of("RESOURCE_3")));
        List<Consumer<EventFilter.Builder>> spans = List.of(
                filter -> {},
                filter -> filter.from(start).to(edge),
                filter -> filter.from(edge),
                filter -> filter.from(edge.plusNanos(1_000)).to(edge.plus(Duration.ofDays(2))),
                filter -> filter.from(Instant.parse("9000-01-01T00:00:00Z")),
                filter -> filter.to(start));

        for (Consumer<EventFilter.Builder> conditions : filters) {
            for (Consumer<EventFilter.Builder> span : spans) {
                EventFilter filter = EventFilter.ALL.with(conditions).with(span);
                List<StoredEvent> expected = all.stream()
                        .filter(EventMatcher.of(filter)::matches)
                        .filter(stored -> isWithin(filter, stored.effectiveTime()))
                        .sorted(order == EventQuery.Order.OLDEST_FIRST ? OLDEST_FIRST : OLDEST_FIRST.reversed())
                        .toList();

                assertThat(walk(EventQuery.of(filter, order, 7)))
                        .as(filter.toString())
                        .isEqualTo(expected);
                assertThat(walk(EventQuery.of(filter, order, 7).withSnapshotBound(await(store().snapshotBound()))))
                        .as("bounded " + filter)
                        .isEqualTo(expected);
            }
        }
    }

    private static boolean isWithin(EventFilter filter, Instant time) {
        return (filter.from() == null || !time.isBefore(filter.from()))
                && (filter.to() == null || time.isBefore(filter.to()));
    }

    @Test
    void summaries_timesFarFromReceipt_haveEffectiveTimes() {
        List<StoredEvent> all = storeOverDays(200);
        for (String agent : List.of("agent-0", "agent-3")) {
            List<StoredEvent> own = all.stream()
                    .filter(stored -> stored.event().agentInstanceId().equals(agent))
                    .sorted(OLDEST_FIRST)
                    .toList();
            AgentSummary summary = await(store().agent(agent)).orElseThrow();
            assertThat(summary.firstSeen()).isEqualTo(own.get(0).effectiveTime());
            assertThat(summary.lastSeen()).isEqualTo(own.get(own.size() - 1).effectiveTime());
            assertThat(await(store().agents(agent, Optional.empty(), 1)).items())
                    .containsExactly(summary);
        }
        List<StoredEvent> trace = all.stream()
                .filter(stored -> stored.event().traceId().equals("trace-1"))
                .sorted(OLDEST_FIRST)
                .toList();
        TraceSummary summary = await(store().trace("trace-1", "")).orElseThrow();
        assertThat(summary.start()).isEqualTo(trace.get(0).effectiveTime());
        assertThat(summary.end()).isEqualTo(trace.get(trace.size() - 1).effectiveTime());
    }

    @Test
    void stats_timesFarFromReceipt_areCountedAtEffectiveTimes() {
        List<StoredEvent> all = storeOverDays(200);
        Instant start = all.get(0).receivedAt();
        for (String agent : new String[] {null, "agent-1"}) {
            for (StatsQuery query : List.of(
                    StatsQuery.covering(start.minusSeconds(60), start.plus(Duration.ofDays(9)), "", agent, 5),
                    StatsQuery.covering(
                            start.plus(StoredEvent.MAX_AHEAD).minusSeconds(60),
                            start.plus(StoredEvent.MAX_AHEAD).plusSeconds(600),
                            "",
                            agent,
                            5),
                    StatsQuery.covering(
                            Instant.parse("9990-01-01T00:00:00Z"), Instant.parse("9999-12-31T00:00:00Z"), "", agent, 5),
                    StatsQuery.covering(FIRST, FIRST.plus(Duration.ofDays(3_000)), "", agent, 5))) {
                new CountedStats(all, query).assertIs(await(store().stats(query)));
            }
        }
    }

    /** Received over five days, with many equal times on either side of the bound. */
    private List<StoredEvent> storeOverDays(int count) {
        Random random = new Random(7);
        int batch = count / 10;
        List<AuditEvent> sent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Instant now = clock.instant();
            List<AuditEvent> some = new ArrayList<>();
            for (AuditEvent event : events.next(batch)) {
                some.add(withTimestamp(
                        event,
                        switch (random.nextInt(7)) {
                            case 0 -> null;
                            case 1 -> FIRST;
                            case 2 -> LAST;
                            case 3 -> Instant.parse("9998-06-01T00:00:00Z");
                            case 4 ->
                                now.plus(Duration.ofHours(12L * random.nextInt(6)))
                                        .truncatedTo(ChronoUnit.HOURS);
                            default -> event.timestamp();
                        }));
            }
            await(store().append(some));
            sent.addAll(some);
            clock.advance(Duration.ofHours(12));
        }
        List<StoredEvent> stored = log(sent.size());
        assertThat(stored)
                .filteredOn(one -> !one.effectiveTime().equals(one.timestamp()))
                .hasSizeGreaterThan(count / 5);
        return stored;
    }
}
