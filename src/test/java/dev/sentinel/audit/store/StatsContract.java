package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Links;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of the statistics of every {@link EventStore}. */
public abstract class StatsContract extends TracesContract {
    /** Late enough that some weeks have passed, so that spans are summed up. */
    private static final Instant LONG_AGO = Instant.parse("2025-06-02T08:00:00Z");

    /** The minute up to which each level except minutes is summed up. */
    protected abstract Map<StatsLevel, Long> summedUntil() throws Exception;

    @Test
    void stats_anySpan_equalCountingTheEvents() {
        List<StoredEvent> all = storeSome(400);
        for (String agent : new String[] {null, "agent-1", "nobody"}) {
            for (String prefix : List.of("", "agent-", "agent-3", "x")) {
                for (long seconds : new long[] {-7_000_000, -30, 0, 59, 60, 119}) {
                    assertCounted(
                            all,
                            StatsQuery.covering(
                                    Events.START.plusSeconds(seconds),
                                    Events.START.plusSeconds(121),
                                    prefix,
                                    agent,
                                    2));
                }
            }
        }
    }

    /** Six weeks: quarters of an hour, six hours and weeks are summed up, and some events are late. */
    @Test
    void stats_eventsOfWeeks_equalCountingTheEvents() {
        List<StoredEvent> all = storeWeeks(2_000);
        Instant end = LONG_AGO.plus(Duration.ofDays(42));
        for (int minutes : List.of(1, 14, 47, 600, 1_441, 10_000, 20_161, 43_200, 60_480)) {
            Instant from = end.minus(Duration.ofMinutes(minutes)).minusSeconds(17);
            assertCounted(all, StatsQuery.covering(from, end.minusSeconds(1_234), "", null, 3));
            assertCounted(all, StatsQuery.covering(from, end, "", "agent-1", 3));
            assertCounted(all, StatsQuery.covering(from, end, "agent-", null, 3));
        }
        assertCounted(
                all,
                StatsQuery.covering(
                        Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2029-12-31T00:00:00Z"), "", null, 100));
    }

    /** Without summing up, answers would still be correct, but read from minutes. */
    @Test
    void stats_timePasses_spansAreSummedUp() throws Exception {
        long newest = storeUntilSummedUp();

        for (StatsLevel level : summedUntil().keySet()) {
            assertThat(summedUntil()).containsEntry(level, level.summedUntil(newest));
        }
    }

    @Test
    void stats_eventsOfTheFuture_sumNothingUpEarly() throws Exception {
        storeUntilSummedUp();
        Map<StatsLevel, Long> before = summedUntil();

        for (int i = 0; i < 5; i++) {
            await(store().append(List.of(withTimestamp(events.next(), Instant.parse("9999-12-31T23:59:59Z")))));
            awaitSequenced();
        }

        long now = StatsQuery.minuteOf(clock.instant());
        Map<StatsLevel, Long> after = summedUntil();
        before.forEach((level, until) -> assertThat(after.get(level)).isBetween(until, level.summedUntil(now)));
    }

    /** Stores three past weeks, and then more events of their last minute, which is returned. */
    private long storeUntilSummedUp() {
        Instant end = Instant.parse("2025-03-05T12:34:56Z");
        List<AuditEvent> sent = new ArrayList<>();
        for (AuditEvent event : events.next(1_000)) {
            sent.add(withTimestamp(event, end.minus(Duration.ofMinutes(30L * sent.size()))));
        }
        for (int i = 0; i < 2_000; i++) {
            sent.add(withTimestamp(events.next(), end));
        }
        await(store().append(sent));
        awaitSequenced();
        for (int i = 0; i < 5; i++) {
            await(store().append(List.of(withTimestamp(events.next(), end))));
            awaitSequenced();
        }
        return StatsQuery.minuteOf(end);
    }

    /** Each event has its own resource, like URLs that contain ids. */
    @Test
    void stats_unboundedResources_areBoundedAndFrequentOnesStillCounted() {
        int each = 5 * StatsLevel.MINUTE.maxResources();
        for (int batch = 0; batch < 4; batch++) {
            List<AuditEvent> sent = new ArrayList<>();
            for (AuditEvent event : events.next(each)) {
                AuditEvent of = withTimestamp(event, Events.START.plusSeconds(batch * 1_000L));
                sent.add(sent.size() % 5 == 0 ? withResource(of, "usual") : withResource(of, "url-" + event.eventId()));
            }
            await(store().append(sent));
        }
        awaitPositions();

        Stats stats =
                await(store().stats(StatsQuery.covering(Events.START, Events.START.plusSeconds(4_000), "", null, 100)));

        assertThat(stats.totals().events()).isEqualTo(4L * each);
        assertThat(stats.topResources().get(0).name()).isEqualTo("usual");
        assertThat(stats.topResources().get(0).events()).isEqualTo(4L * each / 5);
        assertThat(stats.eventsByResource())
                .isBetween(4L * each / 5, 4L * (each / 5 + StatsLevel.MINUTE.maxResources()));
    }

    @Test
    void stats_latencies_areWithinFivePercentOverTheWholeRange() {
        List<AuditEvent> sent = new ArrayList<>();
        for (long latency = 0; latency <= Integer.MAX_VALUE; latency = latency * 5 / 4 + 1) {
            sent.add(withLatency(events.next(), (int) latency));
        }
        sent.add(withLatency(events.next(), Integer.MAX_VALUE));
        await(store().append(sent));

        assertCounted(log(sent.size()), StatsQuery.covering(Events.START, Events.START.plusSeconds(120), "", null, 1));
    }

    /** More events than a step counts, and with every kind of filter. */
    @Test
    void tally_anyFilter_equalsCountingTheEvents() {
        List<StoredEvent> all = storeMany(6_000);
        Instant from = Events.START.minusSeconds(30).plusMillis(123);
        Instant to = Events.START.plusSeconds(7_000);
        for (Consumer<EventFilter.Builder> filter : List.<Consumer<EventFilter.Builder>>of(
                every -> {},
                some -> some.statuses(Set.of(EventStatus.ERROR)),
                some -> some.agentInstanceIds(Set.of("agent-1", "agent-3", "nobody")),
                some -> some.agentPrefix("agent-3"),
                some -> some.resources(Set.of("resource_2")).actors(Set.of(ActorType.AGENT)),
                some -> some.resourcePrefixes(Set.of("resource_1")),
                some -> some.traceIds(Set.of("trace-1", "trace-2")),
                some -> some.sessionIds(Set.of("session-1")).to(Events.START.plusSeconds(70)),
                some -> some.onBehalfOf(Set.of("user-2")),
                some -> some.from(Events.START.plusSeconds(61)).to(Events.START.plusSeconds(61)),
                some -> some.texts(Set.of("resource_4")),
                some -> some.condition(new Condition.Not(new Condition.Latency(0, 50))))) {
            assertTallied(
                    all,
                    EventFilter.ALL.with(times -> times.from(from).to(to)).with(filter),
                    StatsQuery.covering(from, to, "", null, 3));
        }
    }

    private void assertTallied(List<StoredEvent> log, EventFilter filter, StatsQuery span) {
        List<StoredEvent> found =
                log.stream().filter(EventMatcher.of(filter)::matches).toList();

        Tally tally = await(store().tally(new TallyQuery(span, filter)));

        assertThat(tally.reached()).isNull();
        assertThat(tally.namesComplete()).isTrue();
        new CountedStats(found, span).assertIs(tally.stats());
        assertThat(tally.sessions()).isEqualTo(tops(found, Links::sessionId));
        assertThat(tally.principals()).isEqualTo(tops(found, Links::onBehalfOf));
    }

    private static List<StatsTop> tops(List<StoredEvent> found, Function<Links, @Nullable String> name) {
        Map<String, List<StoredEvent>> named = found.stream()
                .filter(stored -> name.apply(stored.event().links()) != null)
                .collect(Collectors.groupingBy(stored ->
                        Objects.requireNonNull(name.apply(stored.event().links()))));
        return named.entrySet().stream()
                .map(of -> new StatsTop(
                        of.getKey(),
                        of.getValue().size(),
                        of.getValue().stream()
                                .filter(stored -> stored.event().status() == EventStatus.ERROR)
                                .count()))
                .sorted(Comparator.comparingLong(StatsTop::events).reversed().thenComparing(StatsTop::name))
                .limit(3)
                .toList();
    }

    @Test
    void tally_unboundedNames_isBoundedAndSaysSo() {
        int events = NameCounts.MAX_NAMES + 100;
        for (int stored = 0; stored < events; stored += 100) {
            await(store().append(this.events.next(100).stream()
                    .map(event -> withResource(event, "url-" + event.eventId()))
                    .toList()));
        }

        Tally tally = await(store().tally(new TallyQuery(
                StatsQuery.covering(Events.START, Events.START.plusSeconds(10_000), "", null, 1),
                EventFilter.ALL.with(times -> times.from(Events.START).to(Events.START.plusSeconds(10_000))))));

        assertThat(tally.namesComplete()).isFalse();
        assertThat(tally.stats().totals().events()).isEqualTo(events);
        assertThat(tally.stats().eventsByResource()).isEqualTo(NameCounts.MAX_NAMES);
    }

    private List<StoredEvent> storeMany(int count) {
        List<AuditEvent> sent = new ArrayList<>();
        for (AuditEvent event : events.next(count)) {
            int number = sent.size();
            sent.add(event.toBuilder()
                    .sessionId(number % 3 == 0 ? null : "session-" + number % 7)
                    .onBehalfOf(number % 5 == 0 ? "user-" + number % 4 : null)
                    .build());
        }
        for (int from = 0; from < count; from += 500) {
            await(store().append(sent.subList(from, from + 500)));
        }
        List<StoredEvent> all = walk(EventQuery.all(1_000));
        assertThat(all).hasSize(count);
        return all;
    }

    private void assertCounted(List<StoredEvent> log, StatsQuery query) {
        new CountedStats(log, query).assertIs(await(store().stats(query)));
    }

    /** Events of six weeks, mostly in order. */
    private List<StoredEvent> storeWeeks(int count) {
        List<AuditEvent> sent = new ArrayList<>();
        for (AuditEvent event : events.next(count)) {
            long second = 42L * 86_400 * (sent.size() + 1) / count;
            int kind = sent.size() % 20;
            sent.add(withTimestamp(
                    event,
                    kind == 7
                            ? LONG_AGO.plusSeconds(second / 2)
                            : kind == 8 ? LONG_AGO.plus(Duration.ofDays(365)) : LONG_AGO.plusSeconds(second)));
        }
        for (int from = 0; from < count; from += 100) {
            await(store().append(sent.subList(from, from + 100)));
            // Before the next batch, so that each batch finds more spans summed up.
            awaitSequenced();
        }
        return log(count);
    }
}
