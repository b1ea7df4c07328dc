package dev.sentinel.audit.store.postgres;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The plan with which PostgreSQL executed a prepared statement. */
final class Plan {
    /** Whether the planner knows the values of the parameters or makes a generic plan. */
    enum Mode {
        CUSTOM,
        GENERIC
    }

    private final JsonObject explained;
    private final List<JsonObject> nodes = new ArrayList<>();

    private Plan(JsonObject explained) {
        this.explained = explained;
        collect(explained.getJsonObject("Plan"));
    }

    private void collect(JsonObject node) {
        nodes.add(node);
        node.getJsonArray("Plans", new JsonArray()).forEach(child -> collect((JsonObject) child));
    }

    /** Prepares the statement like the driver, executes it, and rolls back its changes. */
    static Plan of(Connection connection, Map<String, String> settings, Mode mode, String sql, Tuple parameters)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            try {
                for (Map.Entry<String, String> setting : settings.entrySet()) {
                    statement.execute("SET LOCAL " + setting.getKey() + " = " + setting.getValue());
                }
                statement.execute("SET LOCAL plan_cache_mode = force_" + mode.name() + "_plan");
                statement.execute("PREPARE planned AS " + sql);
                try (ResultSet rows =
                        statement.executeQuery("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + execute(parameters))) {
                    rows.next();
                    return new Plan(new JsonArray(rows.getString(1)).getJsonObject(0));
                }
            } finally {
                statement.execute("ROLLBACK");
                statement.execute("DEALLOCATE ALL");
            }
        }
    }

    private static String execute(Tuple parameters) {
        return "EXECUTE planned"
                + (parameters.size() == 0
                        ? ""
                        : IntStream.range(0, parameters.size())
                                .mapToObj(i -> literal(parameters.getValue(i)))
                                .collect(Collectors.joining(", ", "(", ")")));
    }

    private static String literal(Object value) {
        if (value instanceof Object[] array) {
            return Arrays.stream(array).map(Plan::element).collect(Collectors.joining(",", "'{", "}'"));
        }
        return value instanceof Number
                ? value.toString()
                : "'" + value.toString().replace("'", "''") + "'";
    }

    private static String element(@Nullable Object value) {
        if (value instanceof Buffer bytes) {
            return "\"\\\\x" + HexFormat.of().formatHex(bytes.getBytes()) + "\"";
        }
        return value == null
                ? "NULL"
                : "\""
                        + value.toString()
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("'", "''")
                        + "\"";
    }

    /** The indexes of the events table that the plan reads. */
    Set<String> indexes() {
        return nodes.stream()
                .filter(node -> node.getString("Index Name", "").startsWith("audit_events"))
                .map(node -> node.getString("Index Name"))
                .collect(Collectors.toSet());
    }

    boolean readsWholeTable() {
        return nodes.stream()
                .anyMatch(node -> node.getString("Node Type").equals("Seq Scan")
                        && node.getString("Relation Name", "").equals("audit_events"));
    }

    /** Events that were read, whether or not they are part of the result. */
    long eventsRead() {
        return nodes.stream()
                .filter(node -> node.getString("Relation Name", "").equals("audit_events")
                        && node.getString("Node Type").contains("Scan"))
                .mapToLong(node -> Math.round(node.getDouble("Actual Loops")
                        * (node.getDouble("Actual Rows")
                                + node.getDouble("Rows Removed by Filter", 0.0)
                                + node.getDouble("Rows Removed by Index Recheck", 0.0))))
                .sum();
    }

    /** Rows that were sorted instead of read in order. */
    long rowsSorted() {
        return nodes.stream()
                .filter(node -> node.getString("Node Type").equals("Sort"))
                .flatMap(node -> node.getJsonArray("Plans").stream().map(JsonObject.class::cast))
                .mapToLong(input -> Math.round(input.getDouble("Actual Loops") * input.getDouble("Actual Rows")))
                .sum();
    }

    /** The execution time. */
    double ms() {
        return explained.getDouble("Execution Time");
    }

    @Override
    public String toString() {
        return explained.encodePrettily();
    }
}
