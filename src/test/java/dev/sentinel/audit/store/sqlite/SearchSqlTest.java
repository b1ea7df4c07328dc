package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.lsm.Entry;
import dev.sentinel.audit.store.lsm.LsmCache;
import dev.sentinel.audit.store.lsm.LsmWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The query plans of searches: SQLite must not sort what a walk has sorted, nor read other events. */
class SearchSqlTest {
    private static final Instant TIME = Instant.parse("2026-11-02T08:00:00Z");
    private static final Position POSITION = new Position(TIME, 7);

    @ParameterizedTest
    @EnumSource(EventQuery.Order.class)
    void page_ofAWalk_isReadInItsOrder(EventQuery.Order order) throws SQLException {
        SearchSql sql = new SearchSql(query(order, POSITION));
        Optional<Position> end = Optional.of(POSITION);

        for (SearchSql.Statement page : List.of(sql.joined(end, null), sql.joined(end, "agent"), sql.rows(end, null))) {
            assertThat(plan(page))
                    .anyMatch(line -> line.contains("SEARCH e USING INTEGER PRIMARY KEY"))
                    .noneMatch(line -> line.contains("SCAN e") || line.contains("TEMP B-TREE"));
        }
    }

    /** Otherwise SQLite would walk through each trace once for each use of what it found. */
    @Test
    void starts_ofSessions_callTheFunctionOnce() throws SQLException {
        TraceQuery query = new TraceQuery("", Set.of(), Set.of("session"), Set.of(), TIME, null, POSITION, 10);

        assertThat(plan(TraceSql.starts(query, 100))).anyMatch(line -> line.contains("MATERIALIZE entered"));
    }

    /** Between finding the end of the slice and reading it, events are added at its beginning. */
    @Test
    void page_sliceHasGrown_stillReachesItsEnd() throws SQLException {
        SearchSql sql = new SearchSql(EventQuery.all(10).withFilter(filter -> filter.resources(Set.of("wanted"))));
        Position sliceEnd = new Position(TIME, 0);
        try (Connection connection = files()) {
            List<Entry> entries = new ArrayList<>();
            for (long seq = SearchSql.SLICE; seq >= 0; seq--) {
                entries.add(new Entry(0, 0, Timestamps.toMicros(TIME), seq, 0, 0));
            }
            LsmWriter trees = new LsmWriter(connection, IndexTrees.ALL);
            trees.add(IndexTrees.TIMES, entries);
            trees.finish();
            Sqlite.execute(
                    connection,
                    "WITH RECURSIVE n(seq) AS (SELECT 0 UNION ALL SELECT seq + 1 FROM n WHERE seq < " + SearchSql.SLICE
                            + ") INSERT INTO log.audit_events (seq, resource, metadata)"
                            + " SELECT seq, CASE seq WHEN 0 THEN 'wanted' ELSE 'other' END, '{}' FROM n");

            SearchSql.Statement page = sql.rows(Optional.of(sliceEnd), null);
            try (PreparedStatement select = connection.prepareStatement(page.sql())) {
                for (int i = 0; i < page.parameters().size(); i++) {
                    select.setObject(i + 1, page.parameters().get(i));
                }
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next())
                            .as("the event at the end of the slice")
                            .isTrue();
                }
            }
        }
    }

    private static EventQuery query(EventQuery.Order order, Position after) {
        return EventQuery.all(100)
                .withFilter(filter -> filter.actors(Set.of(ActorType.AGENT))
                        .statuses(Set.of(EventStatus.ERROR))
                        .from(TIME.minusSeconds(60))
                        .to(TIME.plusSeconds(60)))
                .withOrder(order)
                .after(after);
    }

    private static List<String> plan(SearchSql.Statement statement) throws SQLException {
        try (Connection connection = files()) {
            try (PreparedStatement explain = connection.prepareStatement("EXPLAIN QUERY PLAN " + statement.sql());
                    ResultSet rows = explain.executeQuery()) {
                List<String> plan = new ArrayList<>();
                while (rows.next()) {
                    plan.add(rows.getString("detail"));
                }
                return plan;
            }
        }
    }

    /** Both files, in memory. */
    private static Connection files() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        IndexSchema.create(connection, "log");
        Sqlite.execute(connection, "ATTACH ':memory:' AS log");
        Sqlite.execute(connection, "CREATE TABLE log.audit_events (seq INTEGER PRIMARY KEY, " + columns() + ")");
        TreeFunctions.create(connection, new LsmCache(), () -> {});
        return connection;
    }

    private static String columns() {
        return EventRow.COLUMNS.replaceFirst("seq, ", "").replace(", seq", "");
    }
}
