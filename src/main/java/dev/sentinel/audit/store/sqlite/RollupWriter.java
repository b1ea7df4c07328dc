package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes the rollups of the index file. Runs within the transactions of {@link EventIndex}, on its thread.
 *
 * <p>Events are added to their minute. A wider span is summed up from the narrower ones once the events have passed it,
 * and late events are added to it. So a batch writes one level, and the sums are the same as if it had written all
 * levels.
 */
final class RollupWriter {
    /** The key for all resources of a span that are not counted separately. */
    static final long OTHER_RESOURCES = 0;

    private static final String ALL = String.join(", ", StatsCounts.NAMES);
    private static final String ADD_ALL = StatsCounts.NAMES.stream()
            .map(name -> name + " = " + name + " + excluded." + name)
            .collect(Collectors.joining(", "));
    private static final String SUM_ALL =
            StatsCounts.NAMES.stream().map(name -> "sum(" + name + ")").collect(Collectors.joining(", "));
    private static final String PLACEHOLDERS = ",?".repeat(StatsCounts.NAMES.size());

    /** The start of the wider span that contains a row; correct before the epoch too. */
    private static final String SPAN = "minute - ((minute % ?2) + ?2) % ?2";

    private static final String NARROWER = " WHERE level = ?1 - 1 AND minute >= ?3 AND minute < ?4 ";

    /** Parameters: the level, its width in minutes, from, end. */
    private static final List<String> SUM_UP = List.of(
            "INSERT INTO rollups (level, minute, " + ALL + ") SELECT ?1, " + SPAN + ", " + SUM_ALL + " FROM rollups"
                    + NARROWER + "GROUP BY 2",
            "INSERT INTO agent_rollups (level, minute, agent_key, " + ALL + ") SELECT ?1, " + SPAN + ", agent_key, "
                    + SUM_ALL + " FROM agent_rollups" + NARROWER + "GROUP BY 2, 3",
            "INSERT INTO latency_rollups (level, minute, bin, events) SELECT ?1, " + SPAN + ", bin, sum(events)"
                    + " FROM latency_rollups" + NARROWER + "GROUP BY 2, 3");

    /** Keeps the resources with the most events; the fifth parameter is their number. */
    private static final String SUM_UP_RESOURCES = """
            INSERT INTO resource_rollups (level, minute, resource_key, events, errors)
            SELECT ?1, span, iif(rank <= ?5, resource_key, 0), sum(events), sum(errors) FROM (
              SELECT span, resource_key, events, errors,
                row_number() OVER (PARTITION BY span ORDER BY resource_key = 0, events DESC, resource_key) AS rank
              FROM (
                SELECT %s AS span, resource_key, sum(events) AS events, sum(errors) AS errors
                FROM resource_rollups %s GROUP BY 1, 2))
            GROUP BY 2, 3""".formatted(SPAN, NARROWER);

    private static final Comparator<Map.Entry<String, RollupSums.Resource>> MOST_EVENTS_FIRST = Comparator.comparing(
                    Map.Entry<String, RollupSums.Resource>::getValue,
                    Comparator.comparingInt(RollupSums.Resource::events).reversed())
            .thenComparing(Map.Entry::getKey);

    private final Connection connection;
    private final Map<StatsLevel, Long> summedUntil = new EnumMap<>(StatsLevel.class);
    private final PreparedStatement addAll;
    private final PreparedStatement addAgent;
    private final PreparedStatement addLatency;
    private final PreparedStatement addResource;
    private final PreparedStatement selectResources;
    private final PreparedStatement selectResource;
    private final PreparedStatement insertResource;
    private final PreparedStatement updateLevel;

    RollupWriter(Connection connection) throws SQLException {
        this.connection = connection;
        this.addAll = connection.prepareStatement(
                "INSERT INTO rollups VALUES (?,?" + PLACEHOLDERS + ") ON CONFLICT DO UPDATE SET " + ADD_ALL);
        this.addAgent = connection.prepareStatement(
                "INSERT INTO agent_rollups VALUES (?,?,?" + PLACEHOLDERS + ") ON CONFLICT DO UPDATE SET " + ADD_ALL);
        this.addLatency = connection.prepareStatement("INSERT INTO latency_rollups VALUES (?,?,?,?)"
                + " ON CONFLICT DO UPDATE SET events = events + excluded.events");
        this.addResource = connection.prepareStatement("INSERT INTO resource_rollups VALUES (?,?,?,?,?)"
                + " ON CONFLICT DO UPDATE SET events = events + excluded.events, errors = errors + excluded.errors");
        this.selectResources = connection.prepareStatement("SELECT resource, resource_key FROM resource_rollups"
                + " JOIN resources USING (resource_key) WHERE level = ? AND minute = ?");
        this.selectResource = connection.prepareStatement("SELECT resource_key FROM resources WHERE resource = ?");
        this.insertResource =
                connection.prepareStatement("INSERT INTO resources (resource) VALUES (?) RETURNING resource_key");
        this.updateLevel = connection.prepareStatement("UPDATE rollup_levels SET summed_until = ? WHERE level = ?");
        readLevels();
    }

    private void readLevels() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT level, summed_until FROM rollup_levels");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                summedUntil.put(level(rows.getInt(1)), rows.getLong(2));
            }
        } finally {
            connection.commit();
        }
    }

    /** The number that stands for a level in the file. */
    @SuppressWarnings("EnumOrdinal") // An index of another version is rebuilt.
    static int number(StatsLevel level) {
        return level.ordinal();
    }

    /** The level that a number in the file stands for. */
    @SuppressWarnings("EnumOrdinal") // An index of another version is rebuilt.
    static StatsLevel level(int number) {
        return StatsLevel.values()[number];
    }

    /** The minute up to which a level is summed up. */
    long summedUntil(StatsLevel level) {
        return summedUntil.get(level);
    }

    /**
     * Adds the sums of a batch, which were collected with {@link #summedUntil}.
     *
     * @param newestMinute the minute that the events have reached; spans before it are summed up
     */
    void add(RollupSums sums, long newestMinute) throws SQLException {
        for (Map.Entry<RollupSums.Span, RollupSums.Sums> span : sums.spans().entrySet()) {
            addAgents(span.getKey(), span.getValue().agents());
            addLatencies(span.getKey(), span.getValue().latencies());
            addResources(span.getKey(), span.getValue().resources());
        }
        addAll.executeBatch();
        addAgent.executeBatch();
        addLatency.executeBatch();
        addResource.executeBatch();
        sumUp(newestMinute);
    }

    /** Writes in the order of the table's key. */
    private void addAgents(RollupSums.Span span, Map<Long, int[]> agents) throws SQLException {
        int[] all = new int[StatsCounts.NAMES.size()];
        for (Map.Entry<Long, int[]> agent :
                agents.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
            int[] counts = agent.getValue();
            bind(addAgent, span);
            addAgent.setLong(3, agent.getKey());
            for (int i = 0; i < counts.length; i++) {
                addAgent.setInt(4 + i, counts[i]);
                all[i] += counts[i];
            }
            addAgent.addBatch();
        }
        bind(addAll, span);
        for (int i = 0; i < all.length; i++) {
            addAll.setInt(3 + i, all[i]);
        }
        addAll.addBatch();
    }

    private void addLatencies(RollupSums.Span span, int[] latencies) throws SQLException {
        for (int bin = 0; bin < latencies.length; bin++) {
            if (latencies[bin] > 0) {
                bind(addLatency, span);
                addLatency.setInt(3, bin);
                addLatency.setInt(4, latencies[bin]);
                addLatency.addBatch();
            }
        }
    }

    /** Until a span is full, it admits the resources with the most events of the batch first. */
    private void addResources(RollupSums.Span span, Map<String, RollupSums.Resource> resources) throws SQLException {
        Map<String, Long> known = known(span);
        List<Map.Entry<String, RollupSums.Resource>> sorted =
                resources.entrySet().stream().sorted(MOST_EVENTS_FIRST).toList();
        int otherEvents = 0;
        int otherErrors = 0;
        for (Map.Entry<String, RollupSums.Resource> resource : sorted) {
            Long key = known.get(resource.getKey());
            if (key == null && known.size() < span.level().maxResources()) {
                key = keyOf(resource.getKey());
                known.put(resource.getKey(), key);
            }
            if (key == null) {
                otherEvents += resource.getValue().events();
                otherErrors += resource.getValue().errors();
            } else {
                addResource(
                        span,
                        key,
                        resource.getValue().events(),
                        resource.getValue().errors());
            }
        }
        if (otherEvents > 0) {
            addResource(span, OTHER_RESOURCES, otherEvents, otherErrors);
        }
    }

    private void addResource(RollupSums.Span span, long key, int events, int errors) throws SQLException {
        bind(addResource, span);
        addResource.setLong(3, key);
        addResource.setInt(4, events);
        addResource.setInt(5, errors);
        addResource.addBatch();
    }

    private Map<String, Long> known(RollupSums.Span span) throws SQLException {
        Map<String, Long> known = new HashMap<>();
        bind(selectResources, span);
        try (ResultSet rows = selectResources.executeQuery()) {
            while (rows.next()) {
                known.put(rows.getString(1), rows.getLong(2));
            }
        }
        return known;
    }

    private Long keyOf(String resource) throws SQLException {
        selectResource.setString(1, resource);
        try (ResultSet row = selectResource.executeQuery()) {
            if (row.next()) {
                return row.getLong(1);
            }
        }
        insertResource.setString(1, resource);
        try (ResultSet row = insertResource.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void bind(PreparedStatement statement, RollupSums.Span span) throws SQLException {
        statement.setInt(1, number(span.level()));
        statement.setLong(2, span.minute());
    }

    /** Narrow levels first: the wider ones are computed from them. */
    private void sumUp(long newestMinute) throws SQLException {
        for (StatsLevel level : StatsLevel.values()) {
            long end = level.summedUntil(newestMinute);
            if (level != StatsLevel.MINUTE && end > summedUntil.get(level)) {
                for (String sql : SUM_UP) {
                    sumUp(sql, level, end);
                }
                sumUp(SUM_UP_RESOURCES, level, end);
                updateLevel.setLong(1, end);
                updateLevel.setInt(2, number(level));
                updateLevel.executeUpdate();
                summedUntil.put(level, end);
            }
        }
    }

    private void sumUp(String sql, StatsLevel level, long end) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setInt(1, number(level));
            insert.setInt(2, level.minutes());
            insert.setLong(3, summedUntil.get(level));
            insert.setLong(4, end);
            if (sql.equals(SUM_UP_RESOURCES)) {
                insert.setInt(5, level.maxResources());
            }
            insert.executeUpdate();
        }
    }
}
