package dev.sentinel.audit.store.sqlite;

import io.vertx.jdbcclient.spi.JDBCColumnDescriptorProvider;
import io.vertx.jdbcclient.spi.JDBCEncoderImpl;
import io.vertx.sqlclient.Tuple;

/**
 * Binds a parameter unchanged. The default encoder asks for the parameter's type first; SQLite has none, and
 * sqlite-jdbc throws an exception. Loaded by {@link java.util.ServiceLoader}.
 */
public final class SqliteEncoder extends JDBCEncoderImpl {

    @Override
    public Object encode(Tuple parameters, int position, JDBCColumnDescriptorProvider types) {
        return parameters.getValue(position - 1);
    }
}
