package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.Key;
import dev.sentinel.audit.store.lsm.LsmReader;
import dev.sentinel.audit.store.lsm.Range;
import dev.sentinel.audit.store.lsm.Tree;
import java.sql.SQLException;

/**
 * A function of the entries of one trace or session. After the version, its arguments are the number of the tree, the
 * key, how many entries to read, and the prefix of the agents that the caller may see.
 */
abstract class GroupFunction extends TreeFunction {
    /** The number of arguments so far. */
    static final int ARGUMENTS = 5;

    private static final int TREE = 1;
    private static final int KEY = 2;
    private static final int LIMIT = 3;
    private static final int PREFIX = 4;

    GroupFunction(TreeStatements statements, Runnable onDamage) {
        super(statements, onDamage);
    }

    /** The SQL of a call with these arguments, each of which is SQL; without the closing parenthesis. */
    static String call(String function, Tree tree, String key, String limit, String prefix) {
        return function + "(" + WalkSql.VERSION + ", " + tree.id() + ", " + key + ", " + limit + ", " + prefix;
    }

    final boolean isOf(Tree tree) throws SQLException {
        return value_int(TREE) == tree.id();
    }

    /** The first entries, or the last ones, the last one first. */
    final VisibleWalk walk(LsmReader reader, boolean newestFirst) throws SQLException {
        Tree tree = IndexTrees.ALL.get(value_int(TREE));
        Key key = keys(KEY).get(0);
        return new VisibleWalk(
                reader.walk(tree, key, Range.all(newestFirst)),
                value_long(LIMIT),
                statements().names(),
                value_text(PREFIX));
    }
}
