package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.Key;
import dev.sentinel.audit.store.lsm.LsmReader;
import dev.sentinel.audit.store.lsm.Range;
import dev.sentinel.audit.store.lsm.Tree;
import dev.sentinel.audit.store.lsm.Walk;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The functions that walk a tree. {@link WalkSql} writes their calls, and knows the arguments. {@link #SEQS} is a JSON
 * array of positions, {@link #PLACES} one of arrays of time and position, {@link #END} the last one of these, or null
 * if there are fewer entries than the limit.
 */
final class WalkFunction extends TreeFunction {
    static final String SEQS = "index_seqs";
    static final String PLACES = "index_places";
    static final String END = "index_end";
    static final List<String> NAMES = List.of(SEQS, PLACES, END);

    /** As many entries as there are; the range must bound them. */
    static final long NO_LIMIT = Long.MAX_VALUE;

    private static final int TREE = 1;
    private static final int KEYS = 2;
    private static final int ONLY_AGENTS = 3;
    private static final int FROM = 4;
    private static final int TO = 6;
    private static final int LIMIT = 8;
    private static final int NEWEST_FIRST = 9;
    private static final int KINDS = 10;
    private static final int BOUND = 11;

    private final String name;

    WalkFunction(String name, TreeStatements statements, Runnable onDamage) {
        super(statements, onDamage);
        this.name = name;
    }

    @Override
    void answer(LsmReader reader) throws SQLException {
        Tree tree = IndexTrees.ALL.get(value_int(TREE));
        Range range = new Range(
                value_long(FROM),
                value_long(FROM + 1),
                value_long(TO),
                value_long(TO + 1),
                value_int(NEWEST_FIRST) != 0);
        Walk walk = reader.walk(tree, keysOf(tree), range);
        long limit = value_long(LIMIT);
        long @Nullable [] onlyAgents = numbers(ONLY_AGENTS);
        long @Nullable [] kinds = numbers(KINDS);
        long bound = isNull(BOUND) ? Long.MAX_VALUE : value_long(BOUND);
        StringBuilder found = new StringBuilder("[");
        long count = 0;
        while (count < limit && walk.next()) {
            if (walk.seq() < bound && isOneOf(kinds, walk.tag()) && isOneOf(onlyAgents, walk.owner())) {
                count++;
                add(walk, found);
            }
        }
        if (!name.equals(END)) {
            result(found.append(']').toString());
        } else if (count < limit) {
            result();
        } else {
            result("[" + walk.time() + "," + walk.seq() + "]");
        }
    }

    private void add(Walk walk, StringBuilder found) {
        if (name.equals(END)) {
            return;
        }
        if (found.length() > 1) {
            found.append(',');
        }
        if (name.equals(SEQS)) {
            found.append(walk.seq());
        } else {
            found.append('[').append(walk.time()).append(',').append(walk.seq()).append(']');
        }
    }

    private List<Key> keysOf(Tree tree) throws SQLException {
        if (tree.equals(IndexTrees.TIMES)) {
            return List.of(Key.NONE);
        }
        if (tree.equals(IndexTrees.AGENTS)) {
            long[] agents = numbers(KEYS);
            return agents == null
                    ? List.of()
                    : Arrays.stream(agents).mapToObj(IndexTrees::agent).toList();
        }
        return keys(KEYS);
    }

    /** @param sorted null for all numbers */
    private static boolean isOneOf(long @Nullable [] sorted, long number) {
        return sorted == null || Arrays.binarySearch(sorted, number) >= 0;
    }
}
