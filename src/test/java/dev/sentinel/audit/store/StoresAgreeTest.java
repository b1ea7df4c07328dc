package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.postgres.PostgresEventStore;
import dev.sentinel.audit.store.postgres.PostgresServer;
import dev.sentinel.audit.store.postgres.PostgresVertx;
import dev.sentinel.audit.store.sqlite.SqliteEventStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both stores, given the same operations, return the same answers, byte for byte. {@code -Dsentinel.agree=500} tries
 * more seeds than a build; the seed of a failure is part of its name, and {@code -Dsentinel.agree.seed=…} starts with
 * it.
 */
@ExtendWith(PostgresVertx.class)
final class StoresAgreeTest {
    private static final LeafHash ANY_HASH = LeafHash.of(new byte[LeafHash.BYTES]);

    private static final int ROUNDS = 6;
    private static final Pattern SEQ = Pattern.compile(",\"seq\":(\\d+),\"received_at\"");

    @TempDir
    private Path directory;

    private final String url = PostgresServer.shared().newSchema();
    private final StoreConfig config = SentinelConfig.fromEnvironment(
                    Map.of("DATABASE_URL", url, "READERS", "2", "WRITERS", "1"))
            .store();
    // Volatile: read by the log writer.
    private volatile Instant now = Instant.parse("2026-11-02T08:00:30Z");

    private Vertx vertx;
    private EventStore sqlite;
    private EventStore postgres;
    private boolean sequenced;

    static LongStream seeds() {
        long first = Long.getLong("sentinel.agree.seed", new Random().nextInt(1_000_000));
        return LongStream.range(first, first + Long.getLong("sentinel.agree", 4));
    }

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
        LocalCodec.register(vertx);
        openStores();
    }

    @AfterEach
    void close() {
        await(sqlite.close());
        await(postgres.close());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void stores_sameOperations_giveTheSameAnswers(long seed) {
        Random random = new Random(seed);
        HostileEvents events = new HostileEvents(seed);
        for (int round = 0; round < ROUNDS; round++) {
            for (int batches = random.nextInt(4); batches >= 0; batches--) {
                now = now.plusNanos(1_000L * random.nextInt(3));
                if (random.nextInt(4) == 0) {
                    now = now.plus(Duration.ofHours(random.nextInt(30)));
                }
                append(events.batch(1 + random.nextInt(60)));
            }
            sequenced = false;
            assertSameLists(events, 2);
            awaitSequenced();
            if (random.nextInt(3) == 0) {
                close();
                openStores();
            }
            assertSameLists(events, 12);
            assertSameEvents(events);
            List<StoredEvent> log = unsealed(log(sqlite));
            assertThat(unsealed(log(postgres))).isEqualTo(log);
            for (int i = 0; i < 5; i++) {
                assertMatchesWhatIsFound(events.query(), log);
                assertMatchesWhatIsFound(events.conditional(), log);
            }
        }
    }

    /** With this many events, a search reads them in slices, which may differ between the stores. */
    @Test
    void search_moreThanASlice_findsTheSameEvents() {
        Events events = new Events(11);
        for (int i = 0; i < 45; i++) {
            append(events.next(1_000));
        }
        awaitSequenced();
        EventQuery all = EventQuery.all(1_000);
        for (EventQuery.Order order : EventQuery.Order.values()) {
            for (EventQuery query : List.of(
                    withText(all, "\"n\":7,"),
                    withText(all, "nowhere"),
                    withText(
                            all.withFilter(filter -> filter.agentInstanceIds(Set.of("agent-1", "agent-2", "agent-3"))),
                            "\"n\":49,"),
                    withText(all.withFilter(filter -> filter.traceIds(Set.of("trace-1"))), "RESOURCE_5"),
                    all.withFilter(
                            filter -> filter.condition(new Condition.Metadata(List.of("n"), TextPattern.exactly("7")))),
                    all.withFilter(filter -> filter.condition(new Condition.Latency(-1, -1))),
                    all.withFilter(filter -> filter.agentPrefix("agent-4")))) {
                assertThat(walk(query.withOrder(order), postgres::search))
                        .isEqualTo(walk(query.withOrder(order), sqlite::search));
            }
        }
    }

    /** Both databases take more texts as an index or a path than we do. */
    @Test
    void metadata_namesLikeIndexes_areFoundAlike() {
        List<String> names =
                List.of("0", "1", "-1", "+1", " 1", "01", "1 ", "4294967296", "$", "[0]", "#-1", "a.b", "\"", "\\", "");
        List<AuditEvent> events = new ArrayList<>();
        for (String name : names) {
            JsonArray array = new JsonArray(List.of("x", new JsonObject().put(name, "y")));
            String metadata =
                    new JsonObject().put("array", array).put(name, array).encode();
            events.add(new Events(events.size())
                    .next().toBuilder().metadata(metadata).build());
        }
        append(events);
        awaitSequenced();
        List<StoredEvent> log = unsealed(log(sqlite));
        for (String name : names) {
            for (List<String> path :
                    List.of(List.of(name), List.of(name, name), List.of("array", name), List.of("array", "1", name))) {
                EventQuery query = EventQuery.all(100)
                        .withFilter(filter -> filter.condition(new Condition.Metadata(path, TextPattern.ANY)));
                assertMatchesWhatIsFound(query, log);
                assertSamePages(query, (store, next) -> store.search(next));
            }
        }
    }

    private void assertSameLists(HostileEvents events, int queries) {
        for (int i = 0; i < queries; i++) {
            EventQuery query = events.query();
            assertSamePages(query, (store, next) -> store.search(next));
            assertSamePages(events.conditional(), (store, next) -> store.search(next));
            String agent = events.agent();
            assertSamePages(
                    query.withFilter(filter -> filter.traceIds(Set.of())),
                    (store, next) -> store.agentEvents(agent, next).map(AgentEvents::found));
            assertSame(store -> store.agentEvents(agent, query).map(AgentEvents::total));
            assertSame(store -> store.agent(agent));
            String prefix = events.agentPrefix();
            String trace = events.trace();
            assertSame(store -> store.trace(trace, ""));
            assertSame(store -> store.trace(trace, prefix));
            assertSameAgents(prefix, 1 + i);
            if (i % 3 == 0) {
                assertSameTraces(events.traceQuery());
                String session = events.session();
                assertSame(store -> store.session(session, prefix));
            }
        }
        assertSameAgents("", 3);
        for (int i = 0; i < queries; i += 4) {
            StatsQuery stats = events.stats();
            assertSame(store -> store.stats(stats));
            StatsQuery span =
                    new StatsQuery(stats.fromMinute(), stats.endMinute(), stats.bucketMinutes(), "", null, stats.top());
            EventFilter random = events.query().filter();
            EventFilter filter = random.with(changed -> changed.from(StatsQuery.timeOf(span.fromMinute()))
                    .to(StatsQuery.timeOf(span.endMinute()))
                    // A count of texts may not be complete.
                    .texts(Set.of())
                    .condition(random.readsTexts() ? null : random.condition()));
            assertSame(store -> store.tally(new TallyQuery(span, filter)));
        }
    }

    /**
     * Page after page, each from the position that the store itself returned. Where a page of a text search ends also
     * depends on how long the search took, so of those only the events are compared.
     */
    private void assertSamePages(EventQuery query, Asked asked) {
        if (query.filter().readsTexts()) {
            assertThat(walk(query, next -> asked.by(postgres, next)))
                    .as(query.toString())
                    .isEqualTo(walk(query, next -> asked.by(sqlite, next)));
            return;
        }
        FoundEvents one = await(asked.by(sqlite, query));
        FoundEvents other = await(asked.by(postgres, query));
        while (true) {
            assertThat(json(other)).as(query.toString()).isEqualTo(json(one));
            assertThat(other.next() == null).as("at the end of " + query).isEqualTo(one.next() == null);
            if (one.next() == null || other.next() == null) {
                return;
            }
            assertThat(other.next().time()).isEqualTo(one.next().time());
            one = await(asked.by(sqlite, query.after(one.next())));
            other = await(asked.by(postgres, query.after(other.next())));
        }
    }

    /** The matcher, which filters live events, finds what a search finds. */
    private void assertMatchesWhatIsFound(EventQuery query, List<StoredEvent> log) {
        EventMatcher matcher = EventMatcher.of(query.filter());
        List<Long> found = new ArrayList<>();
        FoundEvents page = await(sqlite.search(query));
        while (true) {
            Matcher seqs = SEQ.matcher(page.json().toString());
            while (seqs.find()) {
                found.add(Long.valueOf(seqs.group(1)));
            }
            if (page.next() == null) {
                break;
            }
            page = await(sqlite.search(query.after(page.next())));
        }
        assertThat(log.stream().filter(matcher::matches).map(StoredEvent::seq))
                .as(query.toString())
                .containsExactlyInAnyOrderElementsOf(found);
    }

    @FunctionalInterface
    private interface Asked {
        Future<FoundEvents> by(EventStore store, EventQuery query);
    }

    /** Without positions: an event may not have one yet. */
    private String json(FoundEvents found) {
        String json = found.json().toString();
        return sequenced ? json : json.replaceAll(",\"seq\":\\d+,\"received_at\"", ",\"received_at\"");
    }

    private void assertSameTraces(TraceQuery query) {
        assertThat(traces(query, postgres)).as(query.toString()).isEqualTo(traces(query, sqlite));
    }

    /** Every page: where one ends also depends on how long the search took. */
    private static List<TraceSummary> traces(TraceQuery query, EventStore store) {
        List<TraceSummary> found = new ArrayList<>();
        TraceQuery rest = query;
        while (true) {
            Page<TraceSummary, Position> page = await(store.traces(rest));
            found.addAll(page.items());
            if (page.next() == null) {
                return found;
            }
            rest = query.after(page.next());
        }
    }

    private void assertSameAgents(String prefix, int limit) {
        Optional<String> after = Optional.empty();
        do {
            Optional<String> from = after;
            Page<AgentSummary, String> page = await(postgres.agents(prefix, from, limit));
            assertThat(page).isEqualTo(await(sqlite.agents(prefix, from, limit)));
            after = Optional.ofNullable(page.next());
        } while (after.isPresent());
    }

    private void assertSameEvents(HostileEvents events) {
        events.ids().forEach(id -> assertSame(store -> store.find(id).map(StoresAgreeTest::unsealed)));
    }

    /** Each store draws its own seals. */
    private static Optional<StoredEvent> unsealed(Optional<StoredEvent> found) {
        return found.map(StoresAgreeTest::unsealed);
    }

    private static List<StoredEvent> unsealed(List<StoredEvent> events) {
        return events.stream().map(StoresAgreeTest::unsealed).toList();
    }

    private static StoredEvent unsealed(StoredEvent event) {
        return new StoredEvent(event.seq(), event.receivedAt(), event.event(), Seals.ANY);
    }

    private <T> void assertSame(Function<EventStore, Future<T>> query) {
        assertThat(await(query.apply(postgres))).isEqualTo(await(query.apply(sqlite)));
    }

    private void append(List<AuditEvent> batch) {
        List<Outcome> outcomes = await(postgres.append(batch));
        List<Outcome> expected = await(sqlite.append(batch));
        for (int i = 0; i < batch.size(); i++) {
            Outcome outcome = outcomes.get(i);
            long seq = seq(outcome);
            assertThat(unsequenced(outcome)).as(batch.get(i).toString()).isEqualTo(unsequenced(expected.get(i)));
            assertThat(seq < 0 || seq == seq(expected.get(i))).isTrue();
        }
    }

    private static long seq(Outcome outcome) {
        return outcome instanceof Outcome.Captured captured
                ? captured.seq()
                : outcome instanceof Outcome.Duplicate duplicate ? duplicate.seq() : StoredEvent.UNSEQUENCED;
    }

    /** Without the position, and without the hash: each store draws its own seals. */
    private static Outcome unsequenced(Outcome outcome) {
        if (outcome instanceof Outcome.Captured captured) {
            return new Outcome.Captured(StoredEvent.UNSEQUENCED, captured.receivedAt(), ANY_HASH);
        }
        return outcome instanceof Outcome.Duplicate duplicate
                ? new Outcome.Duplicate(StoredEvent.UNSEQUENCED, duplicate.receivedAt(), ANY_HASH)
                : outcome;
    }

    private void awaitSequenced() {
        long events = sqlite.status().committed();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (postgres.status().indexed() < events) {
            assertThat(System.nanoTime()).as("events are sequenced").isLessThan(deadline);
            LockSupport.parkNanos(500_000);
        }
        assertThat(postgres.status().committed()).isEqualTo(events);
        sequenced = true;
    }

    private static List<StoredEvent> log(EventStore store) {
        List<StoredEvent> log = new ArrayList<>();
        while (true) {
            List<StoredEvent> next = await(store.read(log.size(), 170));
            if (next.isEmpty()) {
                return log;
            }
            log.addAll(next);
        }
    }

    /** The events of all pages as one list. */
    private String walk(EventQuery query, Function<EventQuery, Future<FoundEvents>> search) {
        StringBuilder found = new StringBuilder();
        EventQuery rest = query;
        for (int pages = 0; pages < 1_000; pages++) {
            FoundEvents page = await(search.apply(rest));
            String events = json(page);
            found.append(found.isEmpty() || events.isEmpty() ? "" : ",").append(events);
            if (page.next() == null) {
                return found.toString();
            }
            rest = query.after(page.next());
        }
        throw new AssertionError("no end: " + query);
    }

    private static EventQuery withText(EventQuery q, String text) {
        return q.withFilter(filter ->
                filter.statuses(Set.of(EventStatus.ERROR, EventStatus.SUCCESS)).texts(Set.of(text)));
    }

    private void openStores() {
        Clock clock = new SteppedClock();
        sqlite = await(SqliteEventStore.open(vertx, directory.resolve("audit.db"), config, clock));
        postgres = await(PostgresEventStore.open(vertx, (Database.Postgres) config.database(), config, clock));
    }

    /** A clock that only the test advances. */
    private final class SteppedClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static <T> T await(Future<T> future) {
        return future.timeout(20, TimeUnit.SECONDS).await();
    }
}
