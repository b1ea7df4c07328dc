package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
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
 * Every question is answered by way of one index and in its order, and looks at no more events than it must, whether or
 * not the planner knows the parameters: by what PostgreSQL itself tells of statements that it has run over many events.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchPlanTest {
    private static final int EVENTS = 200_000;
    private static final int UNSEQUENCED = 50;
    private static final int LIMIT = 100;

    /** Of a page and of where its slice ends. */
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
        // A tenth of an agent's events, and a few percent of all, are agent-0's; every 1,000th has a clock that is
        // wrong.
        execute("""
                INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,
                  status, latency_ms, metadata, received_at)
                SELECT md5(i::text)::uuid,
                  CASE WHEN i %% 1000 = 7 THEN '0001-01-01 00:00Z BC' ELSE '%s'::timestamptz + i * interval '100 ms' END,
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
        vertx.close().await();
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
                    assertThat(plan.rowsSorted()).as("what was found: " + plan).isLessThanOrEqualTo(2 * (LIMIT + 2));
                }
            }
        }
    }

    static Stream<Arguments> searches() {
        EventQuery all = EventQuery.all(LIMIT);
        EventQuery agent = all.withAgents(Set.of("agent-6"));
        EventQuery trace = all.withTraces(Set.of("trace-77"));
        Set<String> resource = Set.of("resource-5");
        Set<String> nowhere = Set.of("nowhere");
        Set<EventStatus> error = Set.of(EventStatus.ERROR);
        return Stream.of(
                Arguments.of("none", all, BY_TIME, LIMIT + 1),
                Arguments.of("from", times(all, MIDDLE, null), BY_TIME, LIMIT + 1),
                Arguments.of("to", times(all, null, MIDDLE), BY_TIME, LIMIT + 1),
                Arguments.of("from, to: nothing", times(all, MIDDLE, MIDDLE), BY_TIME, 0),
                Arguments.of("agent", agent, BY_AGENT, LIMIT + 1),
                Arguments.of("agent that is busy", all.withAgents(Set.of("agent-0")), BY_AGENT, LIMIT + 1),
                Arguments.of(
                        "agents",
                        all.withAgents(Set.of("agent-6", "agent-12", "agent-0", "nobody")),
                        BY_AGENT,
                        LIMIT + 4),
                Arguments.of("agent, from, to", times(agent, MIDDLE, MIDDLE.plusSeconds(60)), BY_AGENT, 10),
                Arguments.of(
                        "agent, status, long ago",
                        times(with(agent, error, Set.of(), Set.of()), MIDDLE.minusSeconds(9_000_000), Events.START),
                        BY_AGENT,
                        0),
                Arguments.of("trace", trace, BY_TRACE, LIMIT + 1),
                Arguments.of("traces", all.withTraces(Set.of("trace-77", "trace-3", "none")), BY_TRACE, LIMIT + 3),
                Arguments.of("trace, agent", trace.withAgents(Set.of("agent-6", "agent-0")), BY_TRACE, 100),
                Arguments.of("resource", with(all, Set.of(), resource, Set.of()), BY_RESOURCE, LIMIT + 1),
                Arguments.of(
                        "resources",
                        with(all, Set.of(), Set.of("resource-5", "resource-6", "none"), Set.of()),
                        BY_RESOURCE,
                        LIMIT + 3),
                Arguments.of("resource, agent", with(agent, Set.of(), resource, Set.of()), BY_AGENT, 3_000),
                Arguments.of("resource, status", with(all, error, resource, Set.of()), BY_RESOURCE, 500),
                Arguments.of("status", with(all, error, Set.of(), Set.of()), BY_STATUS, LIMIT + 1),
                Arguments.of(
                        "statuses",
                        with(all, Set.of(EventStatus.ERROR, EventStatus.DENIED), Set.of(), Set.of()),
                        BY_STATUS,
                        LIMIT + 2),
                Arguments.of(
                        "status that is usual",
                        with(all, Set.of(EventStatus.SUCCESS, EventStatus.DENIED), Set.of(), Set.of()),
                        BY_TIME,
                        500),
                Arguments.of("status, agent", with(agent, error, Set.of(), Set.of()), BY_AGENT, 3_000),
                Arguments.of("actor", with(all, ActorType.HUMAN, null), BY_TIME, 1_000),
                Arguments.of("action_type", with(all, null, ActionType.FILE_READ), BY_TIME, 1_000),
                Arguments.of("action_type of nobody", with(all, null, ActionType.FILE_WRITE), BY_TIME, TWO_SLICES),
                Arguments.of("actor, agent", with(agent, ActorType.HUMAN, ActionType.FILE_WRITE), BY_AGENT, 3_000),
                Arguments.of("q", with(all, Set.of(), Set.of(), Set.of("\"n\":77")), BY_TIME, TWO_SLICES),
                Arguments.of("q that is nowhere", with(all, Set.of(), Set.of(), nowhere), BY_TIME, TWO_SLICES),
                Arguments.of("q, agent", with(agent, Set.of(), Set.of(), nowhere), BY_AGENT, 3_000),
                Arguments.of("q, status", with(all, error, Set.of(), nowhere), BY_STATUS, TWO_SLICES),
                Arguments.of("prefix of agents", all.withAgentPrefix("agent-3"), BY_TIME, 2_000),
                Arguments.of("prefix of nobody", all.withAgentPrefix("nobody"), BY_TIME, TWO_SLICES),
                Arguments.of(
                        "all",
                        times(
                                with(
                                        trace.withAgents(Set.of("agent-6")).withAgentPrefix("a"),
                                        error,
                                        resource,
                                        nowhere),
                                Events.START,
                                MIDDLE),
                        BY_TRACE,
                        100));
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

    @ParameterizedTest
    @EnumSource
    void trace_readsTheTrace(Plan.Mode mode) throws SQLException {
        for (String prefix : List.of("", "agent-1")) {
            assertReads(
                    mode,
                    Sessions.READING,
                    PostgresReader.TRACE,
                    Tuple.of("trace-77", prefix, PostgresReader.MAX_TRACE_EVENTS + 1L, (long)
                            PostgresReader.MAX_TRACE_AGENTS),
                    BY_TRACE,
                    80);
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
                    List.of(sql.counts(), sql.latencies(), sql.agents(), sql.resources())) {
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
        SearchSql.Statement counts = sql.counts();
        SearchSql.Statement resources = sql.resourcesOf("agent-0");

        assertReads(mode, Sessions.READING, counts.sql(), counts.parameters(), BY_ARRIVAL, UNSEQUENCED);
        assertReads(mode, Sessions.READING, resources.sql(), resources.parameters(), BY_AGENT, (int)
                StatsSql.NEWEST_EVENTS);
    }

    private static StatsQuery stats(String prefix, @Nullable String agent) {
        return StatsQuery.covering(Events.START, Events.START.plusSeconds(EVENTS / 10), prefix, agent, 10);
    }

    @ParameterizedTest
    @EnumSource
    void append_retriedEvents_areLookedUp(Plan.Mode mode) throws SQLException {
        Events random = new Events(5);
        List<AuditEvent> events = new ArrayList<>(random.next(300));
        for (int i = 0; i < 700; i++) {
            AuditEvent e = random.next();
            events.add(new AuditEvent(
                    id(i * 7),
                    e.timestamp(),
                    e.agentInstanceId(),
                    e.traceId(),
                    e.actor(),
                    e.actionType(),
                    e.resource(),
                    e.status(),
                    e.latencyMs(),
                    e.metadata()));
        }
        // Of a look-up for each event, older versions tell the rounded average.
        UUID[] ids = events.stream().map(AuditEvent::eventId).toArray(UUID[]::new);

        String insert = Appends.Statements.PLAIN.sentAgain();
        assertReads(mode, Map.of(), insert, EventArrays.of(events, MIDDLE), BY_ID, 1_000);
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

    /** Of the event that has arrived there. */
    private UUID id(int arrival) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT md5('" + arrival + "')::uuid")) {
            row.next();
            return row.getObject(1, UUID.class);
        }
    }

    private static EventQuery times(EventQuery q, @Nullable Instant from, @Nullable Instant to) {
        return new EventQuery(
                q.agentPrefix(),
                q.agentInstanceIds(),
                q.traceIds(),
                q.actors(),
                q.actionTypes(),
                q.statuses(),
                q.resources(),
                q.resourcePrefixes(),
                q.texts(),
                from,
                to,
                q.snapshotBound(),
                q.order(),
                q.after(),
                q.limit());
    }

    private static EventQuery with(EventQuery q, Set<EventStatus> statuses, Set<String> resources, Set<String> texts) {
        return new EventQuery(
                q.agentPrefix(),
                q.agentInstanceIds(),
                q.traceIds(),
                q.actors(),
                q.actionTypes(),
                statuses,
                resources,
                q.resourcePrefixes(),
                texts,
                q.from(),
                q.to(),
                q.snapshotBound(),
                q.order(),
                q.after(),
                q.limit());
    }

    private static EventQuery with(EventQuery q, @Nullable ActorType actor, @Nullable ActionType actionType) {
        return new EventQuery(
                q.agentPrefix(),
                q.agentInstanceIds(),
                q.traceIds(),
                actor == null ? Set.of() : Set.of(actor),
                actionType == null ? Set.of() : Set.of(actionType),
                q.statuses(),
                q.resources(),
                q.resourcePrefixes(),
                q.texts(),
                q.from(),
                q.to(),
                q.snapshotBound(),
                q.order(),
                q.after(),
                q.limit());
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
