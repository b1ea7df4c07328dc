package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsRows.Part;
import dev.sentinel.audit.store.TextPattern;
import dev.sentinel.audit.store.TraceQuery;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that every query follows one index in its order and reads no more events than it must, whether or not the
 * planner knows the parameters. Uses the plans that PostgreSQL reports for statements executed over many events.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchPlanTest {
    private static final int EVENTS = 200_000;
    private static final int UNSEQUENCED = 50;
    private static final int LIMIT = 100;

    /** The entries read for a page and for the end of its slice. */
    private static final int TWO_SLICES = 2 * SearchSql.SLICE;

    private static final String BY_ID = "audit_events_by_id";
    private static final String BY_ARRIVAL = "audit_events_pkey";
    private static final String BY_TIME = "audit_events_by_time";
    private static final String BY_AGENT = "audit_events_by_agent";
    private static final String BY_TRACE = "audit_events_by_trace";
    private static final String BY_RESOURCE = "audit_events_by_resource";
    private static final String BY_STATUS = "audit_events_by_status";

    private static final Instant MIDDLE = Events.START.plusSeconds(EVENTS / 20);

    private Connection connection;

    PostgresServer server() {
        return PostgresServer.shared();
    }

    @BeforeAll
    void fill() throws SQLException {
        String url = server().newSchema();
        makeTables(url);
        connection = server().connect(url + "&preferQueryMode=simple");
        execute("SET synchronous_commit = off");
        // agent-0 has a tenth of an agent's events, and a few percent of all; every 1,000th event has a wrong clock.
        execute("""
                INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type,
                  resource, status, latency_ms, metadata, received_at)
                SELECT md5(i::text)::uuid,
                  CASE WHEN i %% 1000 = 7 THEN '0001-01-01 00:00Z BC'
                    ELSE '%s'::timestamptz + i * interval '100 ms' END,
                  'agent-' || (i %% 20) * (i %% 31), 'trace-' || i / 40,
                  (ARRAY['agent','agent','human','system'])[i %% 4 + 1],
                  (ARRAY['tool_call','db_query','file_read','policy_check'])[i / 7 %% 4 + 1],
                  'resource-' || i %% 997,
                  (ARRAY['success','success','success','success','success','success','success','error',
                    'success','success','success','success','success','success','pending','denied'])[i %% 16 + 1],
                  i %% 500, '{"n":' || i || ',"text":"' || repeat(md5(i::text), 4) || '"}', now()
                FROM generate_series(0, %d) i""".formatted(Events.START, EVENTS - 1));
        int sequenced = EVENTS - UNSEQUENCED;
        execute("INSERT INTO audit_sequence_runs VALUES (0, 0)");
        execute("UPDATE audit_progress SET next_arrival = %1$d, next_seq = %1$d".formatted(sequenced));
        execute("INSERT INTO audit_agents SELECT agent_instance_id, count(*), count(*) FILTER (WHERE status = 'error'),"
                + " min(timestamp), max(timestamp) FROM audit_events WHERE arrival < " + sequenced + " GROUP BY 1");
        execute("ANALYZE");
    }

    private static void makeTables(String url) {
        StoreConfig config =
                SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url)).store();
        Vertx vertx = Vertx.vertx();
        Schema.migrate(new Sessions(vertx, (Database.Postgres) config.database(), Duration.ofSeconds(10)))
                .await();
        PostgresVertx.close(vertx);
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("searches")
    void search_anyFilter_followsOneIndex(String name, EventQuery asked, String index, int mostRead)
            throws SQLException {
        for (EventQuery.Order order : EventQuery.Order.values()) {
            for (Position after : new Position[] {null, new Position(MIDDLE, EVENTS / 2)}) {
                EventQuery query = asked.withOrder(order).after(after);
                SearchSql.Statement page = new SearchSql(query).page();
                for (Plan.Mode mode : Plan.Mode.values()) {
                    Plan plan = Plan.of(connection, Sessions.READING, mode, page.sql(), page.parameters());
                    assertThat(plan.readsWholeTable()).as(plan.toString()).isFalse();
                    assertThat(plan.indexes()).as(plan.toString()).containsExactly(index);
                    assertThat(plan.eventsRead()).as(plan.toString()).isLessThanOrEqualTo(mostRead);
                    assertThat(plan.rowsSorted()).as("sorted rows: " + plan).isLessThanOrEqualTo(2 * (LIMIT + 2));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("searches")
    void count_anyFilter_followsOneIndexAndSortsNothing(String name, EventQuery query, String index)
            throws SQLException {
        for (Position after : new Position[] {null, new Position(MIDDLE, EVENTS / 2)}) {
            SearchSql.Statement step = new SearchSql(query.after(after)).counted();
            for (Plan.Mode mode : Plan.Mode.values()) {
                Plan plan = Plan.of(connection, Sessions.READING, mode, step.sql(), step.parameters());
                assertThat(plan.readsWholeTable()).as(plan.toString()).isFalse();
                assertThat(plan.indexes()).as(plan.toString()).containsExactly(index);
                assertThat(plan.eventsRead()).as(plan.toString()).isLessThanOrEqualTo(2 * SearchSql.COUNTED_SLICE + 10);
                assertThat(plan.rowsSorted()).as("sorted rows: " + plan).isZero();
            }
        }
    }

    static Stream<Arguments> searches() {
        Instant longAgo = MIDDLE.minusSeconds(9_000_000);
        return Stream.of(
                search("none", filter -> {}, BY_TIME, LIMIT + 1),
                search("from", filter -> filter.from(MIDDLE), BY_TIME, LIMIT + 1),
                search("to", filter -> filter.to(MIDDLE), BY_TIME, LIMIT + 1),
                search("from, to: nothing", filter -> filter.from(MIDDLE).to(MIDDLE), BY_TIME, 0),
                search("agent", filter -> agents(filter, "agent-6"), BY_AGENT, LIMIT + 1),
                search("agent that is busy", filter -> agents(filter, "agent-0"), BY_AGENT, LIMIT + 1),
                search(
                        "agents",
                        filter -> agents(filter, "agent-6", "agent-12", "agent-0", "nobody"),
                        BY_AGENT,
                        LIMIT + 4),
                search(
                        "agent, from, to",
                        filter -> agents(filter, "agent-6").from(MIDDLE).to(MIDDLE.plusSeconds(60)),
                        BY_AGENT,
                        10),
                search(
                        "agent, status, long ago",
                        filter -> agents(filter, "agent-6")
                                .statuses(Set.of(EventStatus.ERROR))
                                .from(longAgo)
                                .to(Events.START),
                        BY_AGENT,
                        0),
                search("trace", filter -> filter.traceIds(Set.of("trace-77")), BY_TRACE, LIMIT + 1),
                search("traces", filter -> filter.traceIds(Set.of("trace-77", "trace-3", "none")), BY_TRACE, LIMIT + 3),
                search(
                        "trace, agent",
                        filter -> agents(filter, "agent-6", "agent-0").traceIds(Set.of("trace-77")),
                        BY_TRACE,
                        100),
                search("resource", filter -> filter.resources(Set.of("resource-5")), BY_RESOURCE, LIMIT + 1),
                search(
                        "resources",
                        filter -> filter.resources(Set.of("resource-5", "resource-6", "none")),
                        BY_RESOURCE,
                        LIMIT + 3),
                search(
                        "resource, agent",
                        filter -> agents(filter, "agent-6").resources(Set.of("resource-5")),
                        BY_AGENT,
                        3_000),
                search(
                        "resource, status",
                        filter -> filter.resources(Set.of("resource-5")).statuses(Set.of(EventStatus.ERROR)),
                        BY_RESOURCE,
                        500),
                search("status", filter -> filter.statuses(Set.of(EventStatus.ERROR)), BY_STATUS, LIMIT + 1),
                search(
                        "statuses",
                        filter -> filter.statuses(Set.of(EventStatus.ERROR, EventStatus.DENIED)),
                        BY_STATUS,
                        LIMIT + 2),
                search(
                        "status that is usual",
                        filter -> filter.statuses(Set.of(EventStatus.SUCCESS, EventStatus.DENIED)),
                        BY_TIME,
                        500),
                search(
                        "status, agent",
                        filter -> agents(filter, "agent-6").statuses(Set.of(EventStatus.ERROR)),
                        BY_AGENT,
                        3_000),
                search("actor", filter -> filter.actors(Set.of(ActorType.HUMAN)), BY_TIME, 1_000),
                search("action_type", filter -> filter.actionTypes(Set.of(ActionType.FILE_READ)), BY_TIME, 1_000),
                search(
                        "action_type of nobody",
                        filter -> filter.actionTypes(Set.of(ActionType.FILE_WRITE)),
                        BY_TIME,
                        TWO_SLICES),
                search(
                        "actor, agent",
                        filter -> agents(filter, "agent-6")
                                .actors(Set.of(ActorType.HUMAN))
                                .actionTypes(Set.of(ActionType.FILE_WRITE)),
                        BY_AGENT,
                        3_000),
                search("q", filter -> filter.texts(Set.of("\"n\":77")), BY_TIME, TWO_SLICES),
                search("q that is nowhere", filter -> filter.texts(Set.of("nowhere")), BY_TIME, TWO_SLICES),
                search("q, agent", filter -> agents(filter, "agent-6").texts(Set.of("nowhere")), BY_AGENT, 3_000),
                search(
                        "q, status",
                        filter -> filter.texts(Set.of("nowhere")).statuses(Set.of(EventStatus.ERROR)),
                        BY_STATUS,
                        TWO_SLICES),
                search(
                        "condition on metadata",
                        filter -> filter.condition(
                                new Condition.Metadata(List.of("n", "0"), TextPattern.exactly("nowhere"))),
                        BY_TIME,
                        TWO_SLICES),
                search(
                        "condition, agent",
                        filter -> agents(filter, "agent-6").condition(new Condition.Not(new Condition.Redacted())),
                        BY_AGENT,
                        3_000),
                search("prefix of agents", filter -> filter.agentPrefix("agent-3"), BY_TIME, 2_000),
                search("prefix of nobody", filter -> filter.agentPrefix("nobody"), BY_TIME, TWO_SLICES),
                search(
                        "all",
                        filter -> agents(filter, "agent-6")
                                .traceIds(Set.of("trace-77"))
                                .agentPrefix("a")
                                .statuses(Set.of(EventStatus.ERROR))
                                .resources(Set.of("resource-5"))
                                .texts(Set.of("nowhere"))
                                .from(Events.START)
                                .to(MIDDLE),
                        BY_TRACE,
                        100));
    }

    private static Arguments search(String name, Consumer<EventFilter.Builder> conditions, String index, int mostRead) {
        return Arguments.of(name, EventQuery.all(LIMIT).withFilter(conditions), index, mostRead);
    }

    private static EventFilter.Builder agents(EventFilter.Builder filter, String... ids) {
        return filter.agentInstanceIds(Set.of(ids));
    }

    @ParameterizedTest
    @EnumSource
    void find_readsOneEvent(Plan.Mode mode) throws SQLException {
        assertReads(mode, Sessions.READING, PostgresReader.FIND, Tuple.of(id(77)), BY_ID, 1);
    }

    @ParameterizedTest
    @EnumSource
    void read_readsTheSlice(Plan.Mode mode) throws SQLException {
        assertReads(mode, Sessions.READING, PostgresReader.READ, Tuple.of(150_000L, 500L), BY_ARRIVAL, 500);
    }

    @ParameterizedTest
    @EnumSource
    void agent_readsWhatIsNotFolded(Plan.Mode mode) throws SQLException {
        assertReads(mode, Sessions.READING, PostgresReader.AGENT, Tuple.of("agent-0"), BY_ARRIVAL, UNSEQUENCED);
    }

    @ParameterizedTest
    @EnumSource
    void agents_readsWhatIsNotFolded(Plan.Mode mode) throws SQLException {
        for (String prefix : List.of("", "agent-1")) {
            assertReads(
                    mode,
                    Sessions.READING,
                    PostgresReader.AGENTS,
                    Tuple.of("agent-12", prefix, 11L),
                    BY_ARRIVAL,
                    UNSEQUENCED);
        }
    }

    /** Its events, and again the first, the last and the first problem. */
    @ParameterizedTest
    @EnumSource
    void trace_readsTheTrace(Plan.Mode mode) throws SQLException {
        for (String prefix : List.of("", "agent-1")) {
            Tuple parameters = Tuple.of(new String[] {"trace-77"}, prefix, 10_000L);
            Plan plan = Plan.of(connection, Sessions.READING, mode, TraceSql.SUMMARIES, parameters);

            assertThat(plan.readsWholeTable()).as(plan.toString()).isFalse();
            assertThat(plan.indexes()).as(plan.toString()).isSubsetOf(BY_TRACE, "audit_events_pkey");
            assertThat(plan.eventsRead()).as(plan.toString()).isBetween(1L, 4L * 81);
        }
    }

    /** At most a slice of the walk by time, and for each of its events whether its trace has an earlier one. */
    @ParameterizedTest
    @EnumSource
    void traces_readASlice(Plan.Mode mode) throws SQLException {
        TraceQuery all = new TraceQuery("", Set.of(), Set.of(), Set.of(), null, null, null, 50);
        for (TraceQuery query : List.of(all, all.after(new Position(MIDDLE, 0)))) {
            SearchSql.Statement statement = TraceSql.starts(query, 10_000);
            Plan plan = Plan.of(connection, Sessions.READING, mode, statement.sql(), statement.parameters());

            assertThat(plan.readsWholeTable()).as(plan.toString()).isFalse();
            assertThat(plan.indexes()).as(plan.toString()).containsExactlyInAnyOrder(BY_TIME, BY_TRACE);
            assertThat(plan.eventsRead()).as(plan.toString()).isBetween(1L, 2L * TraceSql.SLICE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void stats_readWhatIsNotFolded(Plan.Mode mode) throws SQLException {
        for (String prefix : List.of("", "agent-")) {
            StatsSql sql = new StatsSql(
                    stats(prefix, null),
                    Map.of(
                            StatsLevel.QUARTER, StatsQuery.minuteOf(Events.START) + 15,
                            StatsLevel.SIX_HOURS, StatsLevel.NEVER,
                            StatsLevel.WEEK, StatsLevel.NEVER));
            for (SearchSql.Statement statement :
                    List.of(sql.of(Part.COUNTS), sql.of(Part.LATENCIES), sql.of(Part.AGENTS), sql.of(Part.RESOURCES))) {
                assertReads(mode, Sessions.READING, statement.sql(), statement.parameters(), BY_ARRIVAL, UNSEQUENCED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stats_ofAnAgent_readItsNewestEvents(Plan.Mode mode) throws SQLException {
        StatsSql sql = new StatsSql(
                stats("", "agent-0"),
                Map.of(
                        StatsLevel.QUARTER, StatsLevel.NEVER,
                        StatsLevel.SIX_HOURS, StatsLevel.NEVER,
                        StatsLevel.WEEK, StatsLevel.NEVER));
        SearchSql.Statement counts = sql.of(Part.COUNTS);
        SearchSql.Statement resources = sql.of(Part.RESOURCES_OF_AGENT);

        assertReads(mode, Sessions.READING, counts.sql(), counts.parameters(), BY_ARRIVAL, UNSEQUENCED);
        assertReads(mode, Sessions.READING, resources.sql(), resources.parameters(), BY_AGENT, (int)
                StatsSql.NEWEST_EVENTS);
    }

    private static StatsQuery stats(String prefix, @Nullable String agent) {
        return StatsQuery.covering(Events.START, Events.START.plusSeconds(EVENTS / 10), prefix, agent, 10);
    }

    private static List<StoredEvent> stored(List<AuditEvent> events) {
        return events.stream()
                .map(event -> new StoredEvent(StoredEvent.UNSEQUENCED, MIDDLE, event, Seals.ANY))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void append_retriedEvents_areLookedUp(Plan.Mode mode) throws SQLException {
        Events random = new Events(5);
        List<AuditEvent> events = new ArrayList<>(random.next(300));
        for (int i = 0; i < 700; i++) {
            events.add(random.next().toBuilder().eventId(id(i * 7)).build());
        }
        // For a look-up per event, older versions report the rounded average.
        UUID[] ids = events.stream().map(AuditEvent::eventId).toArray(UUID[]::new);

        String insert = Appends.Statements.PLAIN.insertUnknown();
        assertReads(mode, Map.of(), insert, EventArrays.of(stored(events), MIDDLE), BY_ID, 1_000);
        assertReads(mode, Map.of(), Appends.STORED, Tuple.of(ids), BY_ID, 700);
    }

    private void assertReads(
            Plan.Mode mode, Map<String, String> settings, String sql, Tuple parameters, String index, int mostRead)
            throws SQLException {
        Plan plan = Plan.of(connection, settings, mode, sql, parameters);
        assertThat(plan.readsWholeTable()).as(plan.toString()).isFalse();
        assertThat(plan.indexes()).as(plan.toString()).containsExactly(index);
        assertThat(plan.eventsRead()).as(plan.toString()).isBetween(1L, (long) mostRead);
    }

    /** The id of the event with this arrival. */
    private UUID id(int arrival) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT md5('" + arrival + "')::uuid")) {
            row.next();
            return row.getObject(1, UUID.class);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
