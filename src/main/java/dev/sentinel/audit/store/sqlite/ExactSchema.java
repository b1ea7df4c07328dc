package dev.sentinel.audit.store.sqlite;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a database must have, and nothing else. A trigger would rewrite events that were acknowledged, and a
 * view in place of a table could take for ever to read: a schema is code, which must not come from a file.
 */
final class ExactSchema {
    private static final int MAX_ENTRIES = 100;
    private static final int MAX_NAME = 60;

    /** A row of sqlite_schema. An index that a constraint creates has no SQL. */
    private record Entry(String type, String name, String table, String sql) {
        @Override
        public String toString() {
            String shown = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "..." : name;
            return type.replaceAll("[^a-z]", "?") + " \"" + shown.replaceAll("[^\\x20-\\x7E]", "?") + '"';
        }
    }

    private final List<Entry> entries;

    private ExactSchema(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** The schema that these statements create. */
    static ExactSchema createdBy(List<String> statements) throws SQLException {
        try (Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            for (String statement : statements) {
                Sqlite.execute(memory, statement);
            }
            return new ExactSchema(entries(memory));
        }
    }

    private static List<Entry> entries(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT " + MAX_ENTRIES)) {
            List<Entry> entries = new ArrayList<>();
            while (rows.next()) {
                entries.add(new Entry(
                        text(rows.getString(1)),
                        text(rows.getString(2)),
                        text(rows.getString(3)),
                        withoutLayout(text(rows.getString(4)))));
            }
            return entries;
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** SQLite keeps the text of a statement. Versions differ in line breaks, and in spaces after ALTER TABLE. */
    private static String withoutLayout(String sql) {
        return sql.strip().replaceAll("\\s+", " ").replaceAll(" ?([(),]) ?", "$1");
    }

    /** The first difference, such as {@code it has the trigger "x"}; empty if there is none. */
    Optional<String> difference(Connection connection) throws SQLException {
        List<Entry> found = entries(connection);
        for (Entry entry : found) {
            if (!entries.contains(entry)) {
                boolean known =
                        entries.stream().anyMatch(ours -> ours.type.equals(entry.type) && ours.name.equals(entry.name));
                return Optional.of(known ? "its " + entry + " is defined differently" : "it has the " + entry);
            }
        }
        return entries.stream()
                .filter(entry -> !found.contains(entry))
                .findFirst()
                .map(entry -> "it lacks the " + entry);
    }
}
