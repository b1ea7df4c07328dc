package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Adds sums to the rollups of the index file. Runs within the transactions of {@link EventIndex}, on its thread. Each
 * span costs an upsert for each of its agents, latencies and resources, so the more events are added at once, the less
 * an event costs.
 */
final class RollupWriter {
    /** The key for all resources of a span that are not counted separately. */
    static final long OTHER_RESOURCES = 0;

    /** Keys of resources in memory; about 2 MiB. */
    private static final int MAX_KEYS = 10_000;

    private static final String ADD_ALL = StatsCounts.NAMES.stream()
            .map(name -> name + " = " + name + " + excluded." + name)
            .collect(Collectors.joining(", "));
    private static final String PLACEHOLDERS = ",?".repeat(StatsCounts.NAMES.size());

    private static final Comparator<Map.Entry<String, RollupSums.Resource>> MOST_EVENTS_FIRST = Comparator.comparing(
                    Map.Entry<String, RollupSums.Resource>::getValue,
                    Comparator.comparingInt(RollupSums.Resource::events).reversed())
            .thenComparing(Map.Entry::getKey);

    private final PreparedStatement addAll;
    private final PreparedStatement addAgent;
    private final PreparedStatement addLatency;
    private final PreparedStatement addResource;
    private final PreparedStatement countResources;
    private final PreparedStatement selectResources;
    private final PreparedStatement selectResource;
    private final PreparedStatement insertResource;

    /** Keys never change. */
    private final Map<String, Long> keys = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_KEYS;
        }
    };

    RollupWriter(Connection connection) throws SQLException {
        this.addAll = connection.prepareStatement(
                "INSERT INTO rollups VALUES (?,?" + PLACEHOLDERS + ") ON CONFLICT DO UPDATE SET " + ADD_ALL);
        this.addAgent = connection.prepareStatement(
                "INSERT INTO agent_rollups VALUES (?,?,?" + PLACEHOLDERS + ") ON CONFLICT DO UPDATE SET " + ADD_ALL);
        this.addLatency = connection.prepareStatement("INSERT INTO latency_rollups VALUES (?,?,?,?)"
                + " ON CONFLICT DO UPDATE SET events = events + excluded.events");
        this.addResource = connection.prepareStatement("INSERT INTO resource_rollups VALUES (?,?,?,?,?)"
                + " ON CONFLICT DO UPDATE SET events = events + excluded.events, errors = errors + excluded.errors");
        this.countResources = connection.prepareStatement(
                "SELECT count(*) FROM resource_rollups WHERE level = ? AND minute = ? AND resource_key <> "
                        + OTHER_RESOURCES);
        this.selectResources = connection.prepareStatement("SELECT resource, resource_key FROM resource_rollups"
                + " JOIN resources USING (resource_key) WHERE level = ? AND minute = ?");
        this.selectResource = connection.prepareStatement("SELECT resource_key FROM resources WHERE resource = ?");
        this.insertResource =
                connection.prepareStatement("INSERT INTO resources (resource) VALUES (?) RETURNING resource_key");
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

    void add(RollupSums sums) throws SQLException {
        for (Map.Entry<RollupSums.Span, RollupSums.Sums> span : sums.spans().entrySet()) {
            addAgents(span.getKey(), span.getValue().agents());
            addLatencies(span.getKey(), span.getValue().latencies());
            addResources(span.getKey(), span.getValue().resources());
        }
        addAll.executeBatch();
        addAgent.executeBatch();
        addLatency.executeBatch();
        addResource.executeBatch();
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

    private void addResources(RollupSums.Span span, Map<String, RollupSums.Resource> resources) throws SQLException {
        if (count(span) + resources.size() > span.level().maxResources()) {
            addSomeResources(span, resources);
            return;
        }
        for (Map.Entry<String, RollupSums.Resource> resource : resources.entrySet()) {
            addResource(
                    span,
                    keyOf(resource.getKey()),
                    resource.getValue().events(),
                    resource.getValue().errors());
        }
    }

    /** Until the span is full, it admits the resources with the most events first. */
    private void addSomeResources(RollupSums.Span span, Map<String, RollupSums.Resource> resources)
            throws SQLException {
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

    private long count(RollupSums.Span span) throws SQLException {
        bind(countResources, span);
        try (ResultSet row = countResources.executeQuery()) {
            row.next();
            return row.getLong(1);
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
        Long known = keys.get(resource);
        if (known != null) {
            return known;
        }
        long key = readOrInsert(resource);
        keys.put(resource, key);
        return key;
    }

    private long readOrInsert(String resource) throws SQLException {
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
}
