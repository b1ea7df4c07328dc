package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.LsmReader;
import dev.sentinel.audit.store.lsm.Range;
import dev.sentinel.audit.store.lsm.Walk;
import java.sql.SQLException;

/** The position of the event with an id, as {@link Keys#bytes} writes it; null if no such event is indexed. */
final class IdFunction extends TreeFunction {
    static final String NAME = "index_id";

    private static final int ID = 1;

    IdFunction(TreeStatements statements, Runnable onDamage) {
        super(statements, onDamage);
    }

    @Override
    void answer(LsmReader reader) throws SQLException {
        Walk walk = reader.walk(IndexTrees.IDS, keys(ID), Range.all(true));
        if (walk.next()) {
            result(walk.seq());
        } else {
            result();
        }
    }
}
