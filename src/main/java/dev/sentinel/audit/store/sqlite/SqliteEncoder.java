package dev.sentinel.audit.store.sqlite;

import io.vertx.jdbcclient.spi.JDBCColumnDescriptorProvider;
import io.vertx.jdbcclient.spi.JDBCEncoderImpl;
import io.vertx.sqlclient.Tuple;

/**
 * Binds a parameter as it is. The default encoder asks for the parameter's type first, which SQLite does not have and
 * sqlite-jdbc answers with an exception. Found by {@link java.util.ServiceLoader}.
 */
public final class SqliteEncoder extends JDBCEncoderImpl {

    @Override
    public Object encode(Tuple parameters, int position, JDBCColumnDescriptorProvider types) {
        return parameters.getValue(position - 1);
    }
}
