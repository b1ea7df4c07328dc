package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A file with trees, through one connection, and a writer of it. */
final class LsmFile implements AutoCloseable {
    static final Tree BY_TIME = new Tree(0, Tree.NEVER);
    static final Tree BY_KEY = new Tree(1, 300);
    static final Tree BY_GROUP = new Tree(2, Tree.ALWAYS);
    static final List<Tree> TREES = List.of(BY_TIME, BY_KEY, BY_GROUP);

    /** With these, a few hundred entries fill several segments, and a merge has many steps. */
    static final Sizes SMALL = new Sizes(100, 2, 3, 20);

    /** What a walk says of an entry. */
    record Visit(long time, long seq, int tag, long owner) {
        static Visit of(Entry entry) {
            return new Visit(entry.time(), entry.seq(), entry.tag(), entry.owner());
        }
    }

    private final Connection connection;
    private final Sizes sizes;
    private LsmWriter writer;

    private LsmFile(Connection connection, Sizes sizes) throws SQLException {
        this.connection = connection;
        this.sizes = sizes;
        connection.setAutoCommit(false);
        if (number(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'lsm_catalog'") == 0) {
            try (Statement statement = connection.createStatement()) {
                for (String ddl : LsmSchema.DDL) {
                    statement.execute(ddl);
                }
            }
        }
        writer = new LsmWriter(connection, TREES, sizes);
        connection.commit();
    }

    /** A new one, in memory. */
    static LsmFile inMemory(Sizes sizes) throws SQLException {
        return new LsmFile(DriverManager.getConnection("jdbc:sqlite::memory:"), sizes);
    }

    /** Opens a file, or makes it. Its log is not moved into it. */
    static LsmFile at(Path path, Sizes sizes) throws SQLException {
        Connection connection = connect(path);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA wal_autocheckpoint = 0");
        }
        return new LsmFile(connection, sizes);
    }

    static Connection connect(Path path) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + path);
    }

    Connection connection() {
        return connection;
    }

    LsmWriter writer() {
        return writer;
    }

    /** Adds entries in any order. */
    void add(Tree tree, List<Entry> entries) throws SQLException {
        writer.add(tree, entries.stream().sorted(Entry.ORDER).toList());
    }

    void commit() throws SQLException {
        writer.finish();
        connection.commit();
    }

    /** Merges and deletes all that can be. */
    void mergeAll() throws SQLException {
        boolean more = true;
        while (more) {
            more = writer.merge(0);
            commit();
        }
        while (number("SELECT count(*) FROM lsm_trash") > 0) {
            commit();
        }
    }

    void rollback() throws SQLException {
        connection.rollback();
        reopen();
    }

    void reopen() throws SQLException {
        writer.close();
        writer = new LsmWriter(connection, TREES, sizes);
        connection.commit();
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long number(String sql) throws SQLException {
        return number(connection, sql);
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** A reader of what was committed. */
    LsmReader reader(LsmCache cache) throws SQLException {
        LsmReader reader = new LsmReader(connection, cache);
        reader.open(number(LsmSchema.VERSION));
        return reader;
    }

    List<Visit> read(Tree tree, Key key, Range range) throws SQLException {
        try (LsmReader reader = reader(new LsmCache())) {
            return read(reader.walk(tree, key, range));
        }
    }

    static List<Visit> read(Walk walk) throws SQLException {
        List<Visit> read = new ArrayList<>();
        while (walk.next()) {
            read.add(new Visit(walk.time(), walk.seq(), walk.tag(), walk.owner()));
        }
        return read;
    }

    /** Every blob belongs to one segment, or is trash that will be deleted. */
    void assertNoBlobIsOrphaned() throws SQLException {
        String owned = " FROM (SELECT first_block AS first_blob, first_block + blocks AS last_blob FROM lsm_segments"
                + " UNION ALL SELECT first_blob, last_blob FROM lsm_trash)";
        long blobs = number("SELECT count(*) FROM lsm_blobs");
        assertThat(number("SELECT coalesce(sum(last_blob - first_blob + 1), 0)" + owned))
                .isEqualTo(blobs);
        assertThat(number("SELECT count(*) FROM lsm_blobs WHERE EXISTS" + " (SELECT 1" + owned
                        + " WHERE id BETWEEN first_blob AND last_blob)"))
                .isEqualTo(blobs);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
