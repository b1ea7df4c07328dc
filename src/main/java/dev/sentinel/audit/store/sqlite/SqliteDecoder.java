package dev.sentinel.audit.store.sqlite;

import io.vertx.jdbcclient.spi.JDBCColumnDescriptorProvider;
import io.vertx.jdbcclient.spi.JDBCDecoderImpl;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads a column's value as SQLite stores it. The default decoder asks for the declared type first, and sqlite-jdbc
 * then throws an exception for every number of every row. Loaded by {@link java.util.ServiceLoader}.
 */
public final class SqliteDecoder extends JDBCDecoderImpl {

    @Override
    public Object parse(ResultSet row, int position, JDBCColumnDescriptorProvider types) throws SQLException {
        return row.getObject(position);
    }
}
