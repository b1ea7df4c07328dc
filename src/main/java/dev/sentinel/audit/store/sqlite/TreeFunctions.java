package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.LsmCache;
import dev.sentinel.audit.store.lsm.LsmReader;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.Function;

/** Gives a connection the functions that read trees. */
final class TreeFunctions {
    private TreeFunctions() {}

    /**
     * @param connection of the index, with the log attached
     * @param cache of the index
     * @param onDamage is called, on the connection's thread, when the index has something that was never written
     */
    static void create(Connection connection, LsmCache cache, Runnable onDamage) throws SQLException {
        LsmReader trees = new LsmReader(connection, cache);
        AgentNames names = new AgentNames(connection);
        for (String name : WalkFunction.NAMES) {
            Function.create(connection, name, new WalkFunction(name, trees, onDamage));
        }
        Function.create(connection, IdFunction.NAME, new IdFunction(trees, onDamage));
        Function.create(connection, OutlineFunction.NAME, new OutlineFunction(connection, trees, names, onDamage));
        for (String name : new String[] {TraceFunction.FIRST, TraceFunction.IS_FOUND}) {
            Function.create(connection, name, new TraceFunction(name, trees, names, onDamage));
        }
    }
}
