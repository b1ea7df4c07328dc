package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.LsmSchema;
import dev.sentinel.audit.store.lsm.Range;
import dev.sentinel.audit.store.lsm.Tree;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the SQL of a call of {@link WalkFunction}. Without keys and agents it walks all events. */
final class WalkSql {
    /**
     * The first argument of every function that reads trees. It makes SQLite take the snapshot of the index first, so
     * that the log has every event that the index names.
     */
    static final String VERSION = "(" + LsmSchema.VERSION + ")";

    private static final String NULL = "NULL";

    private final String function;
    private final boolean newestFirst;
    private final long limit;
    private final List<Object> parameters;
    private Tree tree = IndexTrees.TIMES;
    private String keys = NULL;
    private String onlyAgents = NULL;
    private String kinds = NULL;
    private @Nullable Long bound;
    private SearchSql.Bound from;
    private SearchSql.Bound to;

    /** @param parameters those of the statement so far; the call adds its own */
    WalkSql(String function, boolean newestFirst, long limit, List<Object> parameters) {
        this.function = function;
        this.newestFirst = newestFirst;
        this.limit = limit;
        this.parameters = parameters;
        Range all = Range.all(newestFirst);
        this.from = new SearchSql.Bound(all.fromTime(), all.fromSeq());
        this.to = new SearchSql.Bound(all.toTime(), all.toSeq());
    }

    /** Walks the entries of these keys, merged. */
    WalkSql keys(Tree of, List<UUID> walked) {
        tree = of;
        ByteBuffer bytes = ByteBuffer.allocate(walked.size() * Keys.BYTES);
        walked.forEach(key -> bytes.put(Keys.bytes(key)));
        keys = "?";
        parameters.add(bytes.array());
        return this;
    }

    /** Walks the entries of these agents, merged. */
    WalkSql agents(Set<String> agentInstanceIds) {
        tree = IndexTrees.AGENTS;
        keys = agentKeys(agentInstanceIds.size());
        parameters.addAll(agentInstanceIds);
        return this;
    }

    /** Passes over the entries of other agents. */
    WalkSql onlyAgents(Set<String> agentInstanceIds) {
        onlyAgents = agentKeys(agentInstanceIds.size());
        parameters.addAll(agentInstanceIds);
        return this;
    }

    /**
     * Passes over entries of other kinds and from a position on.
     *
     * @param of see {@link Kinds#sqlList}; empty for all
     */
    WalkSql only(String of, @Nullable Long snapshotBound) {
        kinds = of.isEmpty() ? NULL : "'" + of + "'";
        bound = snapshotBound;
        return this;
    }

    /** The oldest place, inclusive; empty for the oldest of all. */
    WalkSql from(Optional<SearchSql.Bound> place) {
        from = place.orElse(from);
        return this;
    }

    /** The newest place, exclusive; empty for the newest of all. */
    WalkSql to(Optional<SearchSql.Bound> place) {
        to = place.orElse(to);
        return this;
    }

    /**
     * Selects the keys of agents as a text, separated by commas. An agent that no event names has none.
     *
     * @param agents the number of the agents, whose ids are parameters
     */
    static String agentKeys(int agents) {
        return "(SELECT coalesce(group_concat(agent_key), '') FROM agents WHERE agent_instance_id IN ("
                + String.join(",", Collections.nCopies(agents, "?")) + "))";
    }

    /** The call. Numbers are parameters where they differ from search to search, so that statements can be kept. */
    String sql() {
        parameters.addAll(List.of(from.ts(), from.seq(), to.ts(), to.seq(), limit));
        if (bound != null) {
            parameters.add(bound);
        }
        return function + "(" + VERSION + ", " + tree.id() + ", " + keys + ", " + onlyAgents + ", ?, ?, ?, ?, ?, "
                + (newestFirst ? 1 : 0) + ", " + kinds + ", "
                + (bound == null ? NULL : "?") + ")";
    }
}
