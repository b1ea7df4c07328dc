package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.Key;
import dev.sentinel.audit.store.lsm.LsmReader;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * A function of SQL that reads trees. It runs within the statement that calls it, on its connection and thread, so it
 * reads the snapshot of the statement. Its first argument is {@link WalkSql#VERSION}.
 */
abstract class TreeFunction extends Function {
    private static final String COMMA = ",";

    /** The type of an argument, https://www.sqlite.org/c3ref/c_blob.html. */
    private static final int SQLITE_NULL = 5;

    private final TreeStatements statements;
    private final Runnable onDamage;

    /** @param onDamage is called when the index has something that was never written */
    TreeFunction(TreeStatements statements, Runnable onDamage) {
        this.statements = statements;
        this.onDamage = onDamage;
    }

    final TreeStatements statements() {
        return statements;
    }

    @Override
    protected final void xFunc() throws SQLException {
        try {
            LsmReader trees = statements.trees();
            trees.open(value_long(0));
            answer(trees);
        } catch (SQLException | RuntimeException e) {
            statements.discard();
            // SQLite makes another error of it, which does not say that the file is damaged.
            if (IndexFile.isDamage(e)) {
                onDamage.run();
            }
            throw e instanceof SQLException sql ? sql : new SQLException(e);
        }
    }

    /** Sets the result. */
    abstract void answer(LsmReader reader) throws SQLException;

    final boolean isNull(int argument) throws SQLException {
        return value_type(argument) == SQLITE_NULL;
    }

    /** The keys of a blob, as {@link Keys#bytes} writes them. */
    final List<Key> keys(int argument) throws SQLException {
        byte[] bytes = value_blob(argument);
        return IntStream.range(0, bytes.length / Keys.BYTES)
                .mapToObj(i -> ByteBuffer.wrap(bytes, i * Keys.BYTES, Keys.BYTES))
                .map(key -> new Key(key.getLong(), key.getLong()))
                .toList();
    }

    /** The numbers of a text, separated by commas; null if there is none. */
    final long @Nullable [] numbers(int argument) throws SQLException {
        if (isNull(argument)) {
            return null;
        }
        return numbers(value_text(argument)).sorted().toArray();
    }

    private static LongStream numbers(String text) {
        return text.isEmpty()
                ? LongStream.empty()
                : Stream.of(text.split(COMMA, -1)).mapToLong(Long::parseLong);
    }
}
