package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.event.RandomEvents;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link EventStore}. A subclass opens a real, empty one before each test. */
public abstract class EventStoreContract extends EffectiveTimeContract {
    @Test
    void append_newEvents_areCapturedInOrderWithoutGaps() {
        List<Outcome> first = await(store().append(events.next(3)));
        List<Outcome> second = await(store().append(events.next(2)));

        assertThat(first).allMatch(Outcome.Captured.class::isInstance);
        assertThat(second).allMatch(Outcome.Captured.class::isInstance);
        assertThat(log(5)).extracting(StoredEvent::seq).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void read_fromAPosition_returnsWhatFollows() {
        List<AuditEvent> sent = events.next(30);
        sent.forEach(event -> await(store().append(List.of(event))));
        log(30);

        assertThat(await(store().read(10, 7))).extracting(StoredEvent::event).isEqualTo(sent.subList(10, 17));
        assertThat(await(store().read(28, 7))).extracting(StoredEvent::event).isEqualTo(sent.subList(28, 30));
        assertThat(await(store().read(30, 7))).isEmpty();
    }

    @Test
    void onSequenced_afterAppends_notifiesOfThePosition() throws Exception {
        CompletableFuture<Long> notified = new CompletableFuture<>();
        store().onSequenced(next -> {
            if (next >= 7) {
                notified.complete(next);
            }
        });

        await(store().append(events.next(4)));
        await(store().append(events.next(3)));

        assertThat(notified.get(20, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(await(store().read(0, 10))).hasSize(7);
    }

    @Test
    void end_afterAppends_isBehindTheLastEvent() {
        assertThat(store().end()).isZero();

        await(store().append(events.next(5)));
        awaitPositions();

        assertThat(store().end()).isEqualTo(5);
        assertThat(await(store().read(4, 10))).hasSize(1);
        assertThat(await(store().read(5, 10))).isEmpty();
    }

    @Test
    void append_sameEventAgain_isDuplicateAtItsPosition() {
        AuditEvent event = events.next();
        Outcome.Captured captured =
                (Outcome.Captured) await(store().append(List.of(event))).get(0);

        assertThat(log(1)).extracting(StoredEvent::receivedAt).containsExactly(captured.receivedAt());
        assertThat(await(store().append(List.of(event))))
                .containsExactly(new Outcome.Duplicate(0, captured.receivedAt(), captured.leafHash()));
    }

    /** Of the first and of the second answer, which may come after the event was read from the disk. */
    @Test
    void append_anyEvents_leafHashIsThatOfTheStoredEvent() {
        List<AuditEvent> batch = new HostileEvents(11).batch(300);
        List<Outcome> first = await(store().append(batch));
        List<Outcome> again = await(store().append(batch));

        Set<UUID> ids = batch.stream().map(AuditEvent::eventId).collect(Collectors.toSet());
        Map<UUID, LeafHash> hashes = new HashMap<>();
        Leaf leaf = new Leaf();
        List<StoredEvent> stored = log(ids.size());
        stored.forEach(event -> hashes.put(event.event().eventId(), leaf.hash(event)));
        for (int i = 0; i < batch.size(); i++) {
            for (Outcome outcome : List.of(first.get(i), again.get(i))) {
                if (outcome instanceof Outcome.Stored answered) {
                    assertThat(answered.leafHash())
                            .isEqualTo(hashes.get(batch.get(i).eventId()));
                }
            }
        }
        assertThat(again).hasAtLeastOneElementOfType(Outcome.Duplicate.class);
        assertThat(stored.stream().map(StoredEvent::seal)).doesNotHaveDuplicates();
    }

    @Test
    void search_withSeals_printsThemBehindTheEvent() {
        await(store().append(events.next(20)));
        List<StoredEvent> stored = log(20);

        EventQuery all = EventQuery.all(20).withOrder(EventQuery.Order.OLDEST_FIRST);
        FoundEvents found = await(store().search(all.withSeals(true)));
        List<String> printed = new ArrayList<>();
        for (int i = 0; i < found.count(); i++) {
            printed.add(found.event(i).toString());
        }
        assertThat(printed)
                .containsExactlyInAnyOrderElementsOf(
                        stored.stream().map(this::sealedJson).toList());
    }

    /** The events as a version has left them that knew no seals. */
    @Test
    void read_eventsWithoutSeals_getTheSameOnesEachTime() throws Exception {
        List<AuditEvent> sent = events.next(10);
        await(store().append(sent));
        List<StoredEvent> sealed = log(10);
        forgetSeals();

        List<StoredEvent> derived = log(10);

        assertThat(derived).extracting(StoredEvent::event).isEqualTo(sent);
        assertThat(derived)
                .extracting(StoredEvent::seal)
                .doesNotContainAnyElementsOf(
                        sealed.stream().map(StoredEvent::seal).toList())
                .doesNotHaveDuplicates();
        assertThat(walk(EventQuery.all(3))).containsExactlyInAnyOrderElementsOf(derived);
        Leaf leaf = new Leaf();
        for (StoredEvent event : derived) {
            AuditEvent again = event.event();
            assertThat(await(store().find(again.eventId()))).contains(event);
            assertThat(((Outcome.Stored) await(store().append(List.of(again))).get(0)).leafHash())
                    .isEqualTo(leaf.hash(event));
        }
    }

    /** Removes the seals of all stored events. */
    protected abstract void forgetSeals() throws Exception;

    private String sealedJson(StoredEvent event) {
        return EventWriter.toSealedJson(event);
    }

    @Test
    void append_sameEventAgainAfterIndexing_isDuplicate() {
        AuditEvent event = events.next();
        await(store().append(List.of(event)));
        await(store().find(event.eventId()));

        assertThat(await(store().append(List.of(event)))).hasOnlyElementsOfType(Outcome.Duplicate.class);
    }

    @Test
    void append_sameEventTwiceInOneBatch_isStoredOnce() {
        AuditEvent event = events.next();

        List<Outcome> outcomes = await(store().append(List.of(event, event)));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Captured.class);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Duplicate.class);
        assertThat(store().status().committed()).isEqualTo(1);
    }

    @Test
    void append_sameIdOtherContent_isConflictAndStoresTheOthers() {
        AuditEvent event = events.next();
        await(store().append(List.of(event)));
        AuditEvent forged = withResource(event, "something else");

        List<Outcome> outcomes = await(store().append(List.of(events.next(), forged, events.next())));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Captured.class);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Conflict.class);
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Captured.class);
        assertThat(await(store().find(event.eventId())).orElseThrow().event().resource())
                .isEqualTo(event.resource());
    }

    @Test
    void find_afterAppend_returnsTheEvent() {
        List<AuditEvent> sent = events.next(50);
        await(store().append(sent));

        for (AuditEvent event : sent) {
            assertThat(await(store().find(event.eventId())).orElseThrow().event())
                    .isEqualTo(event);
        }
    }

    /** A key with a prefix sees only its agents, but not the longest id that only looks like one of them. */
    @Test
    void agentPrefix_inEveryQuery_hidesOtherAgents() {
        List<AuditEvent> sent = new Events(3).next(200);
        await(store().append(sent));
        String prefix = "agent-1";
        List<AuditEvent> own = sent.stream()
                .filter(e -> e.agentInstanceId().startsWith(prefix))
                .toList();
        List<AuditEvent> ownOfTrace =
                own.stream().filter(e -> e.traceId().equals("trace-3")).toList();

        assertThat(Found.events(
                        await(store().search(EventQuery.all(1000).withFilter(filter -> filter.agentPrefix(prefix))))))
                .extracting(StoredEvent::event)
                .containsExactlyInAnyOrderElementsOf(own);
        assertThat(await(store().agents(prefix, Optional.empty(), 10)).items())
                .extracting(AgentSummary::agentInstanceId)
                .containsExactly("agent-1");
        assertThat(await(store().agents("agent", Optional.of("agent-2"), 10)).items())
                .extracting(AgentSummary::agentInstanceId)
                .containsExactly("agent-3", "agent-4");
        assertThat(await(store().trace("trace-3", prefix)).orElseThrow().total())
                .isEqualTo(ownOfTrace.size());
        assertThat(await(store().trace("trace-3", "agent-1x"))).isEmpty();
    }

    @Test
    void agentPrefix_followedByTheLastUnicodeCharacter_hidesNothing() {
        String last = Character.toString(Character.MAX_CODE_POINT);
        AuditEvent long255 = withAgent(events.next(), "agent" + last.repeat(250));
        AuditEvent other = withAgent(events.next(), "agenu");
        await(store().append(List.of(long255, other)));

        assertThat(await(store().agents("agent", Optional.empty(), 10)).items())
                .extracting(AgentSummary::agentInstanceId)
                .containsExactly(long255.agentInstanceId());
        assertThat(await(store().trace(long255.traceId(), "agent" + last))
                        .orElseThrow()
                        .total())
                .isEqualTo(1);
    }

    /** People copy what they see; the stored JSON has a backslash more. */
    @Test
    void search_textAsPeopleSeeIt_findsIt() {
        AuditEvent inMetadata = events.next().toBuilder()
                .metadata("{\"path\":\"C:\\\\Temp\",\"said\":\"x\\\"y\",\"lines\":\"one\\ntwo\\u001b\"}")
                .build();
        AuditEvent inResource = events.next().toBuilder()
                .resource("C:\\Temp x\"y one\ntwo\u001b")
                .build();
        await(store().append(List.of(inMetadata, inResource, events.next())));
        awaitPositions();

        for (String text : List.of("C:\\Temp", "c:\\tEMP", "\\T", "x\"y", "X\"Y", "one\ntwo", "two\u001b")) {
            assertThat(found(text)).as(text).containsExactlyInAnyOrder(inMetadata, inResource);
            EventMatcher matcher = EventMatcher.of(EventFilter.ALL.with(filter -> filter.texts(Set.of(text))));
            for (AuditEvent event : List.of(inMetadata, inResource)) {
                assertThat(matcher.matches(new StoredEvent(0, Events.START, event, Seals.ANY)))
                        .as(text)
                        .isTrue();
            }
        }
        assertThat(found("\"said\":\"x\\\"y\"")).as("a piece of the JSON").containsExactly(inMetadata);
        assertThat(found("C:Temp")).isEmpty();
    }

    private List<AuditEvent> found(String text) {
        return Found.events(await(store().search(EventQuery.all(10).withFilter(filter -> filter.texts(Set.of(text))))))
                .stream()
                .map(StoredEvent::event)
                .toList();
    }

    /** A store may format the page itself; clients must not notice a difference. */
    @Test
    void search_anyEvents_formatsLikeTheEventWriter() throws IOException {
        RandomEvents random = new RandomEvents(7);
        List<AuditEvent> sent =
                Stream.generate(() -> random.sample().event()).limit(500).toList();
        String redacted = "{\"rules\":\"1-full\",\"count\":1,\"pointers\":[\"/metadata/\\u0001~1\"]}";
        sent = Stream.concat(
                        sent.stream(),
                        Stream.of(
                                random.sample().event().toBuilder()
                                        .redacted(redacted)
                                        .build(),
                                random.sample().event().toBuilder()
                                        .submittedBy("k7f3")
                                        .build(),
                                random.sample().event().toBuilder()
                                        .redacted(redacted)
                                        .submittedBy("k7f3")
                                        .build()))
                .toList();
        await(store().append(sent));
        awaitPositions();

        for (AuditEvent event : sent) {
            EventQuery query = EventQuery.all(2)
                    .withFilter(filter ->
                            filter.traceIds(Set.of(event.traceId())).agentInstanceIds(Set.of(event.agentInstanceId())));
            assertThat(await(store().search(query)).json().toString())
                    .isEqualTo(json(await(store().find(event.eventId())).orElseThrow()));
        }
    }

    private static String json(StoredEvent event) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = EventWriter.factory().createGenerator(text)) {
            EventWriter.write(json, event);
        }
        return text.toString();
    }

    @Test
    void find_unknownId_isEmpty() {
        assertThat(await(store().find(UUID.randomUUID()))).isEmpty();
    }

    @Test
    void append_noTimestamp_takesTheServersClock() {
        AuditEvent event = withTimestamp(events.next(), null);

        Outcome.Captured captured =
                (Outcome.Captured) await(store().append(List.of(event))).get(0);

        assertThat(await(store().find(event.eventId())).orElseThrow().timestamp())
                .isEqualTo(captured.receivedAt());
    }

    @Test
    void search_everyFilter_equalsFilteringInMemory() {
        List<StoredEvent> all = storeSome(400);

        filters().forEach((filter, expected) -> {
            List<StoredEvent> passing = all.stream()
                    .filter(expected)
                    .sorted(OLDEST_FIRST.reversed())
                    .toList();
            assertThat(walk(EventQuery.of(filter, EventQuery.Order.NEWEST_FIRST, 13)))
                    .as(filter.toString())
                    .isEqualTo(passing);
        });
    }

    @Test
    void search_oldestFirst_isTheReverse() {
        List<StoredEvent> all = storeSome(100);
        EventQuery query = EventQuery.all(7).withOrder(EventQuery.Order.OLDEST_FIRST);

        assertThat(walk(query)).isEqualTo(all.stream().sorted(OLDEST_FIRST).toList());
    }

    @Test
    void search_eventsArriveDuringTheWalk_visitsExistingEventsOnce() {
        Set<UUID> before = storeSome(200).stream().map(s -> s.event().eventId()).collect(Collectors.toSet());
        List<UUID> seen = new ArrayList<>();
        EventQuery query = EventQuery.all(9);
        FoundEvents page = await(store().search(query));
        while (true) {
            Found.events(page).forEach(stored -> seen.add(stored.event().eventId()));
            if (page.next() == null) {
                break;
            }
            await(store().append(events.next(5)));
            page = await(store().search(query.after(page.next())));
        }

        assertThat(seen).doesNotHaveDuplicates().containsAll(before);
    }

    /** A long-running answer must contain every existing event and no later one. */
    @Test
    void search_belowTheSnapshotBound_visitsExactlyTheExistingEvents() {
        Set<UUID> there = storeSome(150).stream().map(s -> s.event().eventId()).collect(Collectors.toSet());
        long snapshotBound = await(store().snapshotBound());
        for (EventQuery.Order order : EventQuery.Order.values()) {
            for (EventQuery query : List.of(
                    EventQuery.all(9),
                    EventQuery.all(9)
                            .withFilter(filter -> filter.agentInstanceIds(
                                    Set.of("agent-0", "agent-1", "agent-2", "agent-3", "agent-4"))),
                    EventQuery.all(9).withFilter(filter -> filter.resourcePrefixes(Set.of("res"))))) {
                List<UUID> seen = new ArrayList<>();
                EventQuery next = query.withOrder(order).withSnapshotBound(snapshotBound);
                while (next != null) {
                    await(store().append(events.next(5)));
                    FoundEvents page = await(store().search(next));
                    Found.events(page).forEach(stored -> seen.add(stored.event().eventId()));
                    next = page.next() == null ? null : next.after(page.next());
                }
                assertThat(seen).as(query.toString()).doesNotHaveDuplicates();
                assertThat(new HashSet<>(seen)).as(query.toString()).isEqualTo(there);
            }
        }
    }

    /** Events that get their positions later change answers, too. */
    @Test
    void revision_changesWithEachAppendAndWithNothingElse() {
        String empty = await(store().revision());
        await(store().append(events.next(3)));
        String appended = await(store().revision());
        while (store().end() < 3) {
            Thread.onSpinWait();
        }
        String sequenced = await(store().revision());
        await(store().search(EventQuery.all(9)));
        await(store().probe());

        assertThat(appended).isNotEqualTo(empty);
        assertThat(sequenced).isNotEqualTo(empty);
        assertThat(await(store().revision())).isEqualTo(sequenced);
        List<AuditEvent> again = events.next(1);
        await(store().append(again));
        String last = await(store().revision());
        assertThat(last).isNotEqualTo(sequenced);
    }

    @Test
    void agents_afterAppends_haveExactTotals() {
        Map<String, List<StoredEvent>> byAgent = storeSome(300).stream()
                .collect(Collectors.groupingBy(s -> s.event().agentInstanceId()));

        List<AgentSummary> seen = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<AgentSummary, String> page = await(store().agents("", after, 2));
            seen.addAll(page.items());
            after = Optional.ofNullable(page.next());
        } while (after.isPresent());

        assertThat(seen)
                .extracting(AgentSummary::agentInstanceId)
                .containsExactly(byAgent.keySet().stream().sorted().toArray(String[]::new));
        seen.forEach(agent -> assertThat(agent).isEqualTo(summary(byAgent.get(agent.agentInstanceId()))));
        assertThat(await(store().agent("agent-1"))).contains(summary(byAgent.get("agent-1")));
        assertThat(await(store().agent("nobody"))).isEmpty();
    }

    @Test
    void agentEvents_anyPage_hasTheTotalOfTheAgent() {
        List<StoredEvent> all = storeSome(300).stream()
                .filter(s -> s.event().agentInstanceId().equals("agent-2"))
                .sorted(OLDEST_FIRST.reversed())
                .toList();
        EventQuery query = EventQuery.all(7).withSeals(true);

        AgentEvents first = await(store().agentEvents("agent-2", query));
        AgentEvents second =
                await(store().agentEvents("agent-2", query.after(first.found().next())));
        AgentEvents nothing = await(
                store().agentEvents("agent-2", query.withFilter(filter -> filter.traceIds(Set.of("no such trace")))));

        assertThat(Found.events(first.found())).isEqualTo(all.subList(0, 7));
        assertThat(Found.events(second.found())).isEqualTo(all.subList(7, 14));
        assertThat(Found.events(nothing.found())).isEmpty();
        assertThat(List.of(first.total(), second.total(), nothing.total())).containsOnly((long) all.size());
    }

    @Test
    void agentEvents_unknownAgent_isEmpty() {
        storeSome(10);

        AgentEvents nobody = await(store().agentEvents("nobody", EventQuery.all(7)));

        assertThat(nobody.total()).isZero();
        assertThat(nobody.found().json().length()).isZero();
        assertThat(nobody.found().next()).isNull();
    }

    @Test
    void trace_afterAppends_countsByStatusAndAgents() {
        List<StoredEvent> trace = storeSome(300).stream()
                .filter(s -> s.event().traceId().equals("trace-3"))
                .sorted(OLDEST_FIRST)
                .toList();

        TraceSummary summary = await(store().trace("trace-3", "")).orElseThrow();

        Function<EventStatus, Long> count = status ->
                trace.stream().filter(s -> s.event().status() == status).count();
        assertThat(summary.total()).isEqualTo(trace.size());
        assertThat(summary.start()).isEqualTo(trace.get(0).effectiveTime());
        assertThat(summary.end()).isEqualTo(trace.get(trace.size() - 1).effectiveTime());
        assertThat(summary.complete()).isTrue();
        assertThat(summary.agents())
                .containsExactlyElementsOf(trace.stream()
                        .map(s -> s.event().agentInstanceId())
                        .distinct()
                        .sorted()
                        .toList());
        for (EventStatus status : EventStatus.values()) {
            assertThat(summary.byStatus()).containsEntry(status, count.apply(status));
        }
    }

    @Test
    void trace_unknown_isEmpty() {
        assertThat(await(store().trace("nothing", ""))).isEmpty();
    }

    @Test
    void probe_healthyStore_changesNoEvent() {
        await(store().append(events.next(1)));

        await(store().probe());

        assertThat(store().status().writable()).isTrue();
        assertThat(store().status().committed()).isEqualTo(1);
    }

    private static Map<EventFilter, Predicate<StoredEvent>> filters() {
        Instant from = Events.START.plusSeconds(20);
        Instant to = Events.START.plusSeconds(70);
        Map<EventFilter, Predicate<StoredEvent>> filters = new HashMap<>();
        filters.put(EventFilter.ALL, s -> true);
        filters.put(filter(f -> f.agentInstanceIds(Set.of("agent-1"))), s -> isOf(s, "agent-1"));
        filters.put(
                filter(f -> f.agentInstanceIds(Set.of("agent-1", "agent-3", "nobody"))),
                s -> isOf(s, "agent-1") || isOf(s, "agent-3"));
        filters.put(
                filter(f -> f.traceIds(Set.of("trace-1", "trace-2"))),
                s -> Set.of("trace-1", "trace-2").contains(s.event().traceId()));
        filters.put(
                filter(f -> f.traceIds(Set.of("trace-1")).agentInstanceIds(Set.of("agent-2"))),
                s -> s.event().traceId().equals("trace-1") && isOf(s, "agent-2"));
        filters.put(
                filter(f -> f.statuses(Set.of(EventStatus.ERROR, EventStatus.DENIED))),
                s -> s.event().status() == EventStatus.ERROR || s.event().status() == EventStatus.DENIED);
        filters.put(
                filter(f -> f.resources(Set.of("resource_1")).from(from).to(to)),
                s -> s.event().resource().equals("resource_1")
                        && !s.effectiveTime().isBefore(from)
                        && s.effectiveTime().isBefore(to));
        filters.put(
                filter(f -> f.statuses(Set.of(EventStatus.SUCCESS)).texts(Set.of("RESOURCE_4", "\"n\":7,"))),
                s -> s.event().status() == EventStatus.SUCCESS && mentions(s, "resource_4", "\"n\":7,"));
        filters.put(filter(f -> f.texts(Set.of("größe"))), s -> true);
        filters.put(
                filter(f -> f.resourcePrefixes(Set.of("resource_1", "resource_3x"))),
                s -> s.event().resource().startsWith("resource_1"));
        filters.put(filter(f -> f.resourcePrefixes(Set.of("res"))), s -> true);
        filters.put(filter(f -> f.resourcePrefixes(Set.of("Res", "%", "resource__", "esource"))), s -> false);
        filters.put(
                filter(f -> f.resources(Set.of("resource_2", "resource")).resourcePrefixes(Set.of("resource_4"))),
                s -> Set.of("resource_2", "resource_4").contains(s.event().resource()));
        filters.put(
                filter(f -> f.resources(Set.of("resource_2"))
                        .resourcePrefixes(Set.of("resource_4"))
                        .agentInstanceIds(Set.of("agent-1"))),
                s -> isOf(s, "agent-1")
                        && Set.of("resource_2", "resource_4").contains(s.event().resource()));
        return filters;
    }

    private static EventFilter filter(Consumer<EventFilter.Builder> conditions) {
        return EventFilter.ALL.with(conditions);
    }

    private static boolean isOf(StoredEvent stored, String agent) {
        return stored.event().agentInstanceId().equals(agent);
    }

    private static boolean mentions(StoredEvent stored, String... texts) {
        for (String text : texts) {
            if (stored.event().resource().toLowerCase(Locale.ROOT).contains(text)
                    || stored.event().metadata().toLowerCase(Locale.ROOT).contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static AgentSummary summary(List<StoredEvent> events) {
        List<StoredEvent> sorted = events.stream().sorted(OLDEST_FIRST).toList();
        return new AgentSummary(
                sorted.get(0).event().agentInstanceId(),
                sorted.size(),
                sorted.stream()
                        .filter(s -> s.event().status() == EventStatus.ERROR)
                        .count(),
                sorted.get(0).effectiveTime(),
                sorted.get(sorted.size() - 1).effectiveTime());
    }
}
