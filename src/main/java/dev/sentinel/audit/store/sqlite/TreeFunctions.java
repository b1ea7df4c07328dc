package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.LsmCache;
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
        TreeStatements statements = new TreeStatements(connection, cache);
        // Before the first query: preparing a statement restarts the clock of the connection. After a failure it does
        // so
        // once more.
        statements.trees();
        statements.names();
        for (String name : WalkFunction.NAMES) {
            Function.create(connection, name, new WalkFunction(name, statements, onDamage));
        }
        Function.create(connection, IdFunction.NAME, new IdFunction(statements, onDamage));
        Function.create(connection, OutlineFunction.NAME, new OutlineFunction(statements, onDamage));
        for (String name : new String[] {TraceFunction.FIRST, TraceFunction.IS_FOUND}) {
            Function.create(connection, name, new TraceFunction(name, statements, onDamage));
        }
    }
}
