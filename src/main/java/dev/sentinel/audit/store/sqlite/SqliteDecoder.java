package dev.sentinel.audit.store.sqlite;

import io.vertx.jdbcclient.spi.JDBCColumnDescriptorProvider;
import io.vertx.jdbcclient.spi.JDBCDecoderImpl;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Takes a column's value as SQLite has it. The default decoder asks for the declared type first, which sqlite-jdbc
 * answers with an exception for every number of every row. Found by {@link java.util.ServiceLoader}.
 */
public final class SqliteDecoder extends JDBCDecoderImpl {

    @Override
    public Object parse(ResultSet row, int position, JDBCColumnDescriptorProvider types) throws SQLException {
        return row.getObject(position);
    }
}
